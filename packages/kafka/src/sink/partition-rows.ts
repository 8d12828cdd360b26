import type { Chunk } from '@ringkeeper/core'
import { murmur2 } from '@ringkeeper/hashing'
import type { Rows } from '../protocol/record-batch-writer.ts'

/** The records of a write, sorted by the partition that they go to; within one in the order of the write. */
export interface PartitionRows extends Rows {
  /** Where each partition's rows begin; one entry more than partitions. */
  readonly starts: Uint32Array
}

/**
 * Picks a partition for every record as Kafka's Java client does for its key: `(murmur2(key) & 0x7fffffff) %
 * partitions`. Records without a key go to partition `keyless`.
 */
export function partitionRows(chunks: readonly Chunk[], partitions: number, keyless: number): PartitionRows {
  const batches = chunks.map(({ batch }) => batch)
  const count = chunks.reduce((sum, { selection }) => sum + selection.end - selection.start, 0)
  const partitionOf = new Uint32Array(count)
  const starts = new Uint32Array(partitions + 1)
  let row = 0
  for (const { batch, selection } of chunks) {
    const { bytes, keyStart, keyEnd } = batch
    for (let at = selection.start; at < selection.end; at += 1, row += 1) {
      const record = selection.indices[at] as number
      const start = keyStart[record] as number
      const partition = start < 0 ? keyless : (murmur2(bytes, start, keyEnd[record]) & 0x7fff_ffff) % partitions
      partitionOf[row] = partition
      starts[partition + 1]! += 1
    }
  }
  for (let partition = 0; partition < partitions; partition += 1) starts[partition + 1]! += starts[partition]!

  const next = starts.slice()
  const batchOf = new Uint32Array(count)
  const recordOf = new Uint32Array(count)
  row = 0
  for (let chunk = 0; chunk < chunks.length; chunk += 1) {
    const { selection } = chunks[chunk] as Chunk
    for (let at = selection.start; at < selection.end; at += 1, row += 1) {
      const partition = partitionOf[row] as number
      const place = next[partition] as number
      next[partition] = place + 1
      batchOf[place] = chunk
      recordOf[place] = selection.indices[at] as number
    }
  }
  return { batches, batchOf, recordOf, starts }
}
