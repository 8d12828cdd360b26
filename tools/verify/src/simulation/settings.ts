import { pipelineWarnings } from '@ringkeeper/streaming'
import type { Dice } from './dice.ts'
import type { SimulatedRecord } from './records.ts'
import { times } from './times.ts'

/** What is different from schedule to schedule, besides what happens. */
export interface Settings {
  readonly workers: number
  readonly shards: number
  /** Milliseconds. */
  readonly drainTimeout: number
  readonly flipDeadline: number
  /** How long a message to or from the coordinator takes, in milliseconds. */
  readonly latency: number
  /** By what records are routed. */
  readonly routeKey: 'key' | 'value.customer'
  /** A write under way cannot be taken back: cutting it off only means not to hear of it before it is applied. */
  readonly isUncuttable: boolean
  /** Where a shard begins that nobody has read. */
  readonly startFrom: 'earliest' | 'latest'
  /** Whether Kafka keeps offsets: otherwise the shards' nodes are all there is. */
  readonly keepsOffsets: boolean
  /** What is committed before the first worker comes: by some other consumer, or by a fleet whose coordinator has lost its tree. */
  readonly past: 'nothing' | 'offsets' | 'forgotten'
}

export function drawSettings(dice: Dice): Settings {
  const isForgotten = dice.chance(0.03)
  const keepsOffsets = isForgotten || dice.chance(0.85)
  return {
    workers: dice.between(3, 5),
    shards: dice.between(3, 6),
    drainTimeout: dice.pick(times.drainTimeouts),
    flipDeadline: dice.pick(times.flipDeadlines),
    latency: dice.pick(times.latencies),
    routeKey: dice.chance(0.15) ? 'value.customer' : 'key',
    isUncuttable: dice.chance(0.3),
    startFrom: dice.chance(0.35) ? 'latest' : 'earliest',
    keepsOffsets,
    past: isForgotten ? 'forgotten' : keepsOffsets && dice.chance(0.15) ? 'offsets' : 'nothing',
  }
}

/**
 * Names what a record must be in order with; empty for nothing. What `validate` does not warn of is promised: the order of all
 * records that are routed by one key.
 */
export function orderOf({ routeKey }: Settings): (record: SimulatedRecord, shard: string) => string {
  if (routeKey === 'key') return ({ key }) => key
  const warnings = pipelineWarnings({ route: { key: routeKey }, deadLetters: { type: 'simulated', options: {} } })
  const isPromised = !warnings.some(({ path }) => path === 'route.key')
  return ({ customer }, shard) => (isPromised ? customer : `${shard} ${customer}`)
}
