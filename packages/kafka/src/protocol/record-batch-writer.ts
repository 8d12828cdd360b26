import type { RecordBatch } from '@ringkeeper/core'
import { BATCH_OVERHEAD, BatchField } from './batch-header.ts'
import { crc32c } from './crc32c.ts'
import { unsignedVarintSize, varintSize, varlongSize, writeVarint, writeVarlong, zigzag } from './varint.ts'

/** Records of several batches in the order in which they are to be written. */
export interface Rows {
  readonly batches: readonly RecordBatch[]
  /** Of each row, its batch and its number in it. */
  readonly batchOf: Uint32Array
  readonly recordOf: Uint32Array
}

/** The most bytes of a record besides its key, value and headers. */
const MOST_FIELDS = 32

/** What became of the rows that a batch was to hold. */
export interface WrittenBatch {
  /** The row after the last one that fitted. */
  readonly end: number
  /** Bytes of the batch in the target. */
  readonly size: number
}

/** Bytes that the record of a row takes in a batch at most. */
export function mostBytes(rows: Rows, row: number): number {
  const batch = rows.batches[rows.batchOf[row] as number] as RecordBatch
  return batch.sizeOf(rows.recordOf[row] as number) + MOST_FIELDS
}

/**
 * Writes rows from `start` on as one record batch of format 2 to the beginning of `target`, as many as fit before `end`;
 * at least one must. Bytes of keys, values and headers are copied once, in one piece where the source has them in Kafka's own layout; times
 * are kept. Without compression and without a producer id.
 */
export function writeRecordBatch(rows: Rows, start: number, end: number, target: Buffer): WrittenBatch {
  const { batches, batchOf, recordOf } = rows
  const limit = target.length
  let at: number = BatchField.records
  let row = start
  let batchAt = batchOf[start] as number
  let batch = batches[batchAt] as RecordBatch
  const baseTimestamp = batch.timestamps[recordOf[start] as number] as number
  let maxTimestamp = baseTimestamp
  for (; row < end; row += 1) {
    if (batchOf[row] !== batchAt) {
      batchAt = batchOf[row] as number
      batch = batches[batchAt] as RecordBatch
    }
    const { bytes } = batch
    const record = recordOf[row] as number
    const timestamp = batch.timestamps[record] as number
    const keyStart = batch.keyStart[record] as number
    const keyEnd = batch.keyEnd[record] as number
    const keyLength = keyStart < 0 ? -1 : keyEnd - keyStart
    const valueStart = batch.valueStart[record] as number
    const valueEnd = batch.valueEnd[record] as number
    const valueLength = valueStart < 0 ? -1 : valueEnd - valueStart
    const headersStart = batch.headersStart[record] as number
    const headersLength = headersStart < 0 ? 1 : (batch.headersEnd[record] as number) - headersStart

    const timestampDelta = timestamp - baseTimestamp
    const offsetDelta = row - start
    const keyField = varintSize(keyLength)
    const valueField = varintSize(valueLength)
    const content = keyField + Math.max(keyLength, 0) + valueField + Math.max(valueLength, 0) + headersLength
    const size = 1 + varlongSize(timestampDelta) + varintSize(offsetDelta) + content
    if (at + unsignedVarintSize(zigzag(size)) + size > limit) break

    at = writeVarint(target, at, size)
    target[at] = 0
    at = writeVarlong(target, at + 1, timestampDelta)
    at = writeVarint(target, at, offsetDelta)
    if (
      keyLength >= 0 &&
      valueLength >= 0 &&
      valueStart === keyEnd + valueField &&
      (headersStart < 0 ? bytes[valueEnd] === 0 : headersStart === valueEnd) &&
      isVarint(bytes, keyStart - keyField, keyLength) &&
      isVarint(bytes, keyEnd, valueLength)
    ) {
      at = copy(bytes, keyStart - keyField, valueEnd + headersLength, target, at)
    } else {
      at = writeVarint(target, at, keyLength)
      if (keyLength > 0) at = copy(bytes, keyStart, keyEnd, target, at)
      at = writeVarint(target, at, valueLength)
      if (valueLength > 0) at = copy(bytes, valueStart, valueEnd, target, at)
      if (headersStart >= 0) at = copy(bytes, headersStart, headersStart + headersLength, target, at)
      else target[at++] = 0
    }
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
  }
  writeHeader(target, at, row - start, baseTimestamp, maxTimestamp)
  return { end: row, size: at }
}

function writeHeader(target: Buffer, size: number, count: number, baseTimestamp: number, maxTimestamp: number): void {
  target.fill(0, 0, BatchField.records)
  target.writeInt32BE(size - BATCH_OVERHEAD, BatchField.batchLength)
  target.writeInt32BE(-1, BatchField.leaderEpoch)
  target.writeInt8(2, BatchField.magic)
  target.writeInt32BE(count - 1, BatchField.lastOffsetDelta)
  target.writeBigInt64BE(BigInt(baseTimestamp), BatchField.baseTimestamp)
  target.writeBigInt64BE(BigInt(maxTimestamp), BatchField.maxTimestamp)
  target.writeBigInt64BE(-1n, BatchField.producerId)
  target.writeInt16BE(-1, BatchField.producerEpoch)
  target.writeInt32BE(-1, BatchField.baseSequence)
  target.writeInt32BE(count, BatchField.recordCount)
  target.writeUInt32BE(crc32c(target, BatchField.attributes, size), BatchField.crc)
}

/** Whether the zigzag varint of `value` stands at a position, in its shortest form. */
function isVarint(bytes: Uint8Array, at: number, value: number): boolean {
  let rest = zigzag(value) >>> 0
  let next = at
  for (; rest > 0x7f; rest >>>= 7) if (bytes[next++] !== ((rest & 0x7f) | 0x80)) return false
  return bytes[next] === rest
}

const { copy: copyBytes } = Buffer.prototype

/** Up to so many bytes, a loop is faster than a call into Node. */
const FEW = 24

/** Copies bytes and returns the position after them. Makes no view of them, unlike `set(subarray())`. */
function copy(source: Uint8Array, start: number, end: number, target: Buffer, at: number): number {
  if (end - start > FEW) {
    copyBytes.call(source as Buffer, target, at, start, end)
    return at + end - start
  }
  let next = at
  for (let from = start; from < end; from += 1) target[next++] = source[from]!
  return next
}
