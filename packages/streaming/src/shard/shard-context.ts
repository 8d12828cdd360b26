import type { Codec, Ports, Source } from '@ringkeeper/core'
import type { Route } from '../routing/route.ts'
import type { DeadLetters } from '../target/dead-letters.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { Pace } from './pace.ts'
import type { PositionKeeper } from './position-keeper.ts'
import type { PositionReader } from './position-reader.ts'

/** What the shards of one worker share. */
export interface ShardContext {
  readonly ports: Ports
  readonly source: Source
  readonly codec: Codec | undefined
  readonly route: Route
  readonly deadLetters: DeadLetters | undefined
  readonly keeper: PositionKeeper
  /** Absent where positions are kept in the shards' nodes alone. */
  readonly positions: PositionReader | undefined
  readonly budget: ByteBudget
  readonly pace: Pace
  readonly areTokensLasting: boolean
  /** Milliseconds. */
  readonly sessionTimeout: number
  /** Milliseconds. */
  readonly stallTimeout: number
  readonly maxBytesInFlightPerShard: number
}
