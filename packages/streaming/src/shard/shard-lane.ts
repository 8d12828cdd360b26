import type { Clock, Fence, Shard } from '@ringkeeper/core'
import type { ShardLease } from '../fleet/shard-lease.ts'
import type { Lane, LaneCounts } from '../target/delivery.ts'

/** A shard as its targets see it: whether its records may be written now, or ever. */
export class ShardLane implements Lane {
  readonly shard: Shard
  readonly fence: Fence
  readonly counts: LaneCounts = { retries: 0, deadLetters: 0, dropped: 0 }
  readonly fail: (error: unknown) => void
  readonly #lease: ShardLease
  readonly #clock: Clock
  #isClosed = false

  /** @param fail - called when a record can neither be written nor set aside. */
  constructor(lease: ShardLease, clock: Clock, fail: (error: unknown) => void) {
    this.shard = lease.shard
    this.fence = lease.fence
    this.fail = fail
    this.#lease = lease
    this.#clock = clock
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Nothing more is written. */
  close(): void {
    this.#isClosed = true
  }

  canWrite(duration: number): boolean {
    return !this.#isClosed && this.hasTimeFor(duration)
  }

  /** Whether something that takes `duration` milliseconds, such as a commit, ends before the lease may. */
  hasTimeFor(duration: number): boolean {
    return this.#lease.isHeld() && this.#lease.deadline - this.#clock.monotonic() > duration
  }
}
