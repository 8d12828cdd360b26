import { shardKey, type Shard } from '@ringkeeper/core'
import type { ShardState } from '../fleet/shard-lease.ts'

/** How often a shard came to this worker and left it, since the worker started. */
export interface ShardHandOvers {
  readonly shard: Shard
  /** It became active here. */
  readonly acquired: number
  /** It was handed over, drained and committed. */
  readonly released: number
  /** It was given up at once, because the session could not be relied on. */
  readonly fenced: number
}

type Counted = 'acquired' | 'released' | 'fenced'

/** The states that mean that a shard has come or gone. */
const countedBy: Readonly<Partial<Record<ShardState, Counted>>> = {
  active: 'acquired',
  releasing: 'released',
  fenced: 'fenced',
}

/** Counts hand-overs by shard. */
export class HandOvers {
  readonly #shards = new Map<string, { shard: Shard } & Record<Counted, number>>()

  /** Called with each new state of a shard. */
  note(shard: Shard, state: ShardState): void {
    const counted = countedBy[state]
    if (!counted) return
    const key = shardKey(shard)
    const counts = this.#shards.get(key) ?? { shard, acquired: 0, released: 0, fenced: 0 }
    counts[counted] += 1
    this.#shards.set(key, counts)
  }

  get counts(): readonly ShardHandOvers[] {
    return [...this.#shards.values()].map((counts) => ({ ...counts }))
  }
}
