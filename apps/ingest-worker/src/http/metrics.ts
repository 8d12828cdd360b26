import type { PipelineShardStatus, PipelineStatus, TargetStatus } from '@ringkeeper/streaming'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'

/** Metrics in Prometheus's text format, read from the pipeline's status whenever somebody asks. */
export interface Metrics {
  readonly contentType: string
  readonly text: () => Promise<string>
}

interface Reading {
  readonly labels: Record<string, string>
  readonly value: number | undefined
}

/** One metric: its name, what it means, and its values in a status. */
interface Definition {
  readonly kind: 'counter' | 'gauge'
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly read: (status: PipelineStatus) => readonly Reading[]
}

const shardLabels = ['topic', 'partition']
const targetLabels = ['target']

const definitions: readonly Definition[] = [
  ofShard('gauge', 'lag', 'Positions between what is acknowledged and the end of the shard', ({ lag }) => lag),
  ofShard('gauge', 'position', 'The position up to which everything is acknowledged', ({ position }) => position),
  ofShard('gauge', 'committed', 'The committed position', ({ committed }) => committed),
  ofShard('gauge', 'bytes_in_flight', 'Bytes read and not acknowledged', ({ bytesInFlight }) => bytesInFlight),
  ofShard('gauge', 'stalled', '1 when there is work and no progress', ({ isStalled }) => (isStalled ? 1 : 0)),
  ofShard('counter', 'records_total', 'Records read under the present lease', ({ records }) => records),
  ofShard('counter', 'bytes_total', 'Bytes read under the present lease', ({ bytes }) => bytes),
  ofShard('counter', 'malformed_total', 'Records that could not be read or routed', ({ malformed }) => malformed),
  ofShard('counter', 'retries_total', 'Records put back to be written again', ({ retries }) => retries),
  ofShard('counter', 'dead_letters_total', 'Records handed to the dead letters', ({ deadLetters }) => deadLetters),
  ofShard('counter', 'dropped_total', 'Records dropped by policy', ({ dropped }) => dropped),
  ofTarget('counter', 'records_total', 'Records acknowledged by the sink', ({ records }) => records),
  ofTarget('counter', 'bytes_total', 'Bytes acknowledged by the sink', ({ bytes }) => bytes),
  ofTarget('counter', 'write_failures_total', 'Writes that failed, in whole or in part', ({ failures }) => failures),
  ofTarget('counter', 'retries_total', 'Records put back to be written again', ({ retries }) => retries),
  ofTarget('counter', 'dead_letters_total', 'Records given up to the dead letters', ({ deadLetters }) => deadLetters),
  ofTarget('counter', 'dropped_total', 'Records dropped by policy', ({ dropped }) => dropped),
  ofTarget('gauge', 'queued', 'Records that wait to be written', ({ queued }) => queued),
  {
    kind: 'counter',
    name: 'ringkeeper_shard_hand_overs_total',
    help: 'How often a shard came to this worker (acquired) or left it (released, or fenced at once)',
    labels: [...shardLabels, 'event'],
    read: ({ handOvers }) =>
      handOvers.flatMap(({ shard, ...counts }) =>
        (['acquired', 'released', 'fenced'] as const).map((event) => ({
          labels: { ...labelsOf({ shard }), event },
          value: counts[event],
        })),
      ),
  },
  ofWorker(
    'gauge',
    'shards',
    'Shards that this worker processes',
    ({ shards }) => shards.filter(({ state }) => state === 'active').length,
  ),
  ofWorker('gauge', 'is_leader', '1 on the worker that plans', ({ fleet }) => (fleet.isLeader ? 1 : 0)),
  ofWorker('gauge', 'members', 'Workers of the fleet', ({ fleet }) => fleet.members.length),
  ofWorker(
    'gauge',
    'bytes_in_flight',
    'Bytes of all shards read and not acknowledged',
    ({ bytesInFlight }) => bytesInFlight,
  ),
]

/** Metrics of a pipeline, and of the process. */
export function pipelineMetrics(status: () => PipelineStatus | undefined, pipeline: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ pipeline })
  collectDefaultMetrics({ register: registry })
  for (const { kind, name, help, labels, read } of definitions) {
    const collect = (): void => {
      const current = status()
      metric.reset()
      for (const reading of current ? read(current) : []) {
        // The pipeline counts itself; a counter of prom-client can only be moved there by adding.
        if (reading.value !== undefined) metric.inc(reading.labels, reading.value)
      }
    }
    const configuration = { name, help, labelNames: [...labels], registers: [registry], collect }
    const metric: Counter | Gauge = kind === 'counter' ? new Counter(configuration) : new Gauge(configuration)
  }
  return { contentType: registry.contentType, text: () => registry.metrics() }
}

type ShardProgress = NonNullable<PipelineShardStatus['progress']>

function ofShard(
  kind: Definition['kind'],
  name: string,
  help: string,
  value: (progress: ShardProgress) => number | undefined,
): Definition {
  const read = ({ shards }: PipelineStatus): readonly Reading[] =>
    shards.flatMap((shard) => (shard.progress ? [{ labels: labelsOf(shard), value: value(shard.progress) }] : []))
  return { kind, name: `ringkeeper_shard_${name}`, help, labels: shardLabels, read }
}

function ofTarget(
  kind: Definition['kind'],
  name: string,
  help: string,
  value: (target: TargetStatus) => number,
): Definition {
  const read = ({ targets, deadLetters }: PipelineStatus): readonly Reading[] =>
    [...targets, ...(deadLetters ? [deadLetters] : [])].map((target) => ({
      labels: { target: target.name },
      value: value(target),
    }))
  return { kind, name: `ringkeeper_target_${name}`, help, labels: targetLabels, read }
}

function ofWorker(
  kind: Definition['kind'],
  name: string,
  help: string,
  value: (status: PipelineStatus) => number,
): Definition {
  const read = (status: PipelineStatus): readonly Reading[] => [{ labels: {}, value: value(status) }]
  return { kind, name: `ringkeeper_worker_${name}`, help, labels: [], read }
}

function labelsOf({ shard }: Pick<PipelineShardStatus, 'shard'>): Record<string, string> {
  return { topic: shard.topic, partition: String(shard.partition) }
}
