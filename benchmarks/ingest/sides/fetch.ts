import { systemPorts } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { sourceSchema } from '@ringkeeper/kafka'
import { KafkaClient } from '../../../packages/kafka/src/cluster/kafka-client.ts'
import { innerConfig } from '../../../packages/kafka/src/connection-options.ts'
import { Decompressors } from '../../../packages/kafka/src/protocol/compression.ts'
import { fetchRequest } from '../../../packages/kafka/src/protocol/fetch.ts'
import { FetchedRecords } from '../../../packages/kafka/src/protocol/fetched-records.ts'
import { ColumnPool } from '../../../packages/kafka/src/protocol/record-columns.ts'
import { Assignment } from '../../../packages/streaming/src/routing/assignment.ts'
import { RingLocator } from '../../../packages/streaming/src/routing/locator.ts'
import { RouteKeys } from '../../../packages/streaming/src/routing/route-keys.ts'
import { settings, type Job, type Run } from '../settings.ts'

/**
 * Fetches as our source does, on two connections, and looks at no record, only at where each record batch ends: what
 * reading cannot get cheaper than, however records are decoded.
 */
export const fetchOnly: Run = (job) => fetchAll(job, () => {})

/** The same, and decodes and sorts every record by its target; without a pipeline: nothing is written, counted or committed. */
export const fetchAndRoute: Run = (job) => {
  const { targets } = settings
  const ring = new HashRing([...targets])
  const locator = new RingLocator(ring, [...targets.keys()])
  const codecs = new Decompressors()
  const keys = new RouteKeys('key')
  const assignment = new Assignment()
  const fixed = { keyless: 0, rejected: targets.length }
  return fetchAll(job, (records) => {
    while (!records.done) {
      const batch = records.next(codecs)
      keys.locate(batch, ring, assignment, undefined)
      assignment.sort(batch, locator, targets.length + 1, fixed)
      batch.release()
    }
  })
}

async function fetchAll({ bootstrap, topic, items }: Job, look: (records: FetchedRecords) => void): Promise<number> {
  const { partitions, maxBytes, maxPartitionBytes } = settings
  const options = sourceSchema.parse({ brokers: [bootstrap], topics: [topic], group: 'none' })
  await using client = new KafkaClient(innerConfig(options), systemPorts())
  const [broker] = (await client.metadata([topic])).brokers
  const link = await client.link(broker!.nodeId)
  const columns = new ColumnPool()
  const positions = Array.from({ length: partitions }, () => 0)
  let fetched = 0

  /** Goes on with some partitions until there are enough records. */
  async function run(lane: 0 | 1, mine: readonly number[]): Promise<void> {
    while (fetched < items) {
      const asked = mine.map((partition) => ({ topic, partition, position: positions[partition]! }))
      const request = fetchRequest({ positions: asked, maxWait: 100, maxBytes, maxPartitionBytes })
      const answer = await link.send(request, { lane })
      const frame = client.frames.lease(answer.partitions[0]!.bytes)
      for (const part of answer.partitions) {
        const from = positions[part.partition]!
        const records = new FetchedRecords(part, { from, checkCrcs: false, columns })
        positions[part.partition] = records.nextOffset
        fetched += records.nextOffset - from
        look(records)
      }
      frame?.release()
      // Those that were left out come first the next time.
      mine = mine.toSorted((a, b) => positions[a]! - positions[b]!)
    }
  }

  const all = positions.map((_, partition) => partition)
  await Promise.all([run(0, all.slice(0, partitions / 2)), run(1, all.slice(partitions / 2))])
  return fetched
}
