import type { Shard } from '@ringkeeper/core'
import type { FakeClock } from '@ringkeeper/testing'
import type { ShardLease } from '../../src/fleet/shard-lease.ts'

/** A lease that a test extends and ends. */
export class FakeLease implements ShardLease {
  readonly shard: Shard
  readonly fence
  readonly nextOffset: number | undefined
  readonly mirrored: number[] = []
  readonly #clock: FakeClock
  readonly #lost = new AbortController()
  deadline: number

  constructor(
    clock: FakeClock,
    shard: Shard,
    { token = 1n, nextOffset = undefined as number | undefined, worker = 'w1' } = {},
  ) {
    this.#clock = clock
    this.shard = shard
    this.fence = { worker, token }
    this.nextOffset = nextOffset
    this.deadline = clock.monotonic() + 1_000_000_000
  }

  get signal(): AbortSignal {
    return this.#lost.signal
  }

  isHeld = (): boolean => !this.#lost.signal.aborted && this.#clock.monotonic() < this.deadline

  whenHeld = async (): Promise<void> => {}

  mirror = async (nextOffset: number): Promise<void> => {
    if (!this.isHeld()) throw new Error('the lease is not held')
    this.mirrored.push(nextOffset)
  }

  lose(): void {
    this.#lost.abort(new Error('the session expired'))
  }
}
