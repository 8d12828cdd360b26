import type { Chunk, RecordBatch } from '@ringkeeper/core'
import { murmur2 } from '@ringkeeper/hashing'
import type { Rows } from '../protocol/record-batch-writer.ts'

/** Sorts the records of one write after the other by partition; the memory for that is used again. */
export class PartitionRows implements Rows {
  batches: readonly RecordBatch[] = []
  batchOf: Uint32Array = new Uint32Array(0)
  recordOf: Uint32Array = new Uint32Array(0)
  /** Where each partition's rows begin; one entry more than partitions. Within one they are in the order of the write. */
  starts: Uint32Array = new Uint32Array(1)
  #partitionOf = new Uint32Array(0)

  /**
   * Picks a partition for every record as Kafka's Java client does for its key: `(murmur2(key) & 0x7fffffff) %
   * partitions`. Records without a key go to partition `keyless`.
   */
  fill(chunks: readonly Chunk[], partitions: number, keyless: number): void {
    this.#reserve(chunks.reduce((sum, { selection }) => sum + selection.end - selection.start, 0))
    this.batches = chunks.map(({ batch }) => batch)
    this.#choose(chunks, partitions, keyless)
    this.#sort(chunks)
  }

  /** Forgets the batches, so that they can be given back. */
  clear(): void {
    this.batches = []
  }

  #reserve(count: number): void {
    if (count <= this.recordOf.length) return
    const size = 2 ** Math.ceil(Math.log2(count))
    this.batchOf = new Uint32Array(size)
    this.recordOf = new Uint32Array(size)
    this.#partitionOf = new Uint32Array(size)
  }

  #choose(chunks: readonly Chunk[], partitions: number, keyless: number): void {
    const partitionOf = this.#partitionOf
    const starts = new Uint32Array(partitions + 1)
    let row = 0
    for (const { batch, selection } of chunks) {
      const { bytes, keyStart, keyEnd } = batch
      const { indices, end } = selection
      for (let at = selection.start; at < end; at += 1, row += 1) {
        const record = indices[at] as number
        const start = keyStart[record] as number
        const partition = start < 0 ? keyless : (murmur2(bytes, start, keyEnd[record]) & 0x7fff_ffff) % partitions
        partitionOf[row] = partition
        starts[partition + 1]! += 1
      }
    }
    for (let partition = 0; partition < partitions; partition += 1) starts[partition + 1]! += starts[partition]!
    this.starts = starts
  }

  #sort(chunks: readonly Chunk[]): void {
    const { batchOf, recordOf } = this
    const partitionOf = this.#partitionOf
    const next = this.starts.slice()
    let row = 0
    for (let chunk = 0; chunk < chunks.length; chunk += 1) {
      const { indices, start, end } = (chunks[chunk] as Chunk).selection
      for (let at = start; at < end; at += 1, row += 1) {
        const partition = partitionOf[row] as number
        const place = next[partition] as number
        next[partition] = place + 1
        batchOf[place] = chunk
        recordOf[place] = indices[at] as number
      }
    }
  }
}
