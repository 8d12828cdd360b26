import { join } from 'node:path'
import { kafkaPlugin } from '@ringkeeper/kafka'
import { startPipeline } from '@ringkeeper/streaming'

/** What to write into the topic `orders`. */
export interface Fill {
  readonly kafka: string
  /** For the fill's own positions. */
  readonly folder: string
  readonly records: number
  readonly keys: number
  /** Records per second; as fast as it goes when absent. */
  readonly rate?: number
  readonly signal: AbortSignal
}

/** Writes keyed records with JSON values, with a pipeline of our own: made-up records into Kafka. */
export async function fill({ kafka, folder, records, keys, rate, signal }: Fill): Promise<void> {
  const name = `fill-${rate ?? 'fast'}`
  await using pipeline = await startPipeline(
    {
      pipeline: name,
      coordination: { type: 'memory', positions: join(folder, `${name}.json`) },
      source: { type: 'generate', shards: 1, records, keys, ...(rate === undefined ? {} : { rate }) },
      codec: 'bytes',
      route: { key: 'key', targets: [{ name: 'orders', sink: { type: 'kafka', brokers: [kafka], topic: 'orders' } }] },
    },
    { plugins: [kafkaPlugin], signal },
  )
  await pipeline.done
}
