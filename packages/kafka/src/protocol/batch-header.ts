/**
 * A record batch of format 2 (Kafka 0.11 and later). All numbers big-endian.
 *
 *     baseOffset       int64     offset of the first record
 *     batchLength      int32     bytes after this field
 *     leaderEpoch      int32
 *     magic            int8      2
 *     crc              uint32    CRC-32C of everything after this field
 *     attributes       int16     bits 0-2 compression, 3 log-append time, 4 transactional, 5 control
 *     lastOffsetDelta  int32
 *     baseTimestamp    int64
 *     maxTimestamp     int64
 *     producerId       int64
 *     producerEpoch    int16
 *     baseSequence     int32
 *     recordCount      int32
 *     records          compressed as a whole when a compression is set
 *
 * The positions of these fields in a batch.
 */
export const BatchField = {
  baseOffset: 0,
  batchLength: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const

/** Bytes before the part that `batchLength` counts. */
export const BATCH_OVERHEAD = 12

/** The smallest record: seven fields of one byte each. */
export const SMALLEST_RECORD = 7

/** The parts of a batch's attributes. */
export const BatchAttribute = { compression: 0x07, logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const

/** Milliseconds since the epoch at a position; -1 for a record without a time. */
export function timestampAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
}

/**
 * Whether the first record of a control batch, which lies at `at`, aborts its transaction: its key is a version (int16)
 * and a type (int16), 0 for abort.
 */
export function isAbortMarker(bytes: Uint8Array, at: number, end: number): boolean {
  let next = at
  const skipVarint = (): void => {
    while (next < end && (bytes[next] as number) > 0x7f) next += 1
    next += 1
  }
  skipVarint() // length
  next += 1 // attributes
  skipVarint() // timestamp
  skipVarint() // offset
  skipVarint() // length of the key
  return next + 4 <= end && bytes[next + 2] === 0 && bytes[next + 3] === 0
}
