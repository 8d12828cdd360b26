import { RecordBatch } from '@ringkeeper/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mostBytes, writeRecordBatch, type Rows } from '../src/protocol/record-batch-writer.ts'
import { decodeWithKafkajs, encodeWithKafkajs, type PlainRecord } from './support/kafkajs-codec.ts'
import { fetchedBytes, plainRecords, readAll, someRecords } from './support/plain-records.ts'

/** All records of some batches, in order. */
function rowsOf(batches: readonly RecordBatch[]): Rows {
  const count = batches.reduce((sum, { length }) => sum + length, 0)
  const rows = { batches, batchOf: new Uint32Array(count), recordOf: new Uint32Array(count) }
  let row = 0
  batches.forEach((batch, at) => {
    for (let record = 0; record < batch.length; record += 1, row += 1) {
      rows.batchOf[row] = at
      rows.recordOf[row] = record
    }
  })
  return rows
}

/** The same records without any room between their parts: not as Kafka lays them out. */
function packed(batch: RecordBatch): RecordBatch {
  const parts: Uint8Array[] = []
  let size = 0
  const move = (start: Int32Array, end: Int32Array): { start: Int32Array; end: Int32Array } => {
    const moved = { start: new Int32Array(batch.length), end: new Int32Array(batch.length) }
    for (let index = 0; index < batch.length; index += 1) {
      const isAbsent = start[index]! < 0
      const part = isAbsent ? new Uint8Array() : batch.bytes.subarray(start[index], end[index])
      moved.start[index] = isAbsent ? -1 : size
      moved.end[index] = isAbsent ? -1 : size + part.length
      parts.push(part)
      size += part.length
    }
    return moved
  }
  const key = move(batch.keyStart, batch.keyEnd)
  const value = move(batch.valueStart, batch.valueEnd)
  const headers = move(batch.headersStart, batch.headersEnd)
  return new RecordBatch({
    topic: batch.topic,
    partition: batch.partition,
    length: batch.length,
    nextOffset: batch.nextOffset,
    offsets: batch.offsets,
    timestamps: batch.timestamps,
    bytes: new Uint8Array(Buffer.concat(parts)),
    keyStart: key.start,
    keyEnd: key.end,
    valueStart: value.start,
    valueEnd: value.end,
    headersStart: headers.start,
    headersEnd: headers.end,
  })
}

async function decoded(records: readonly PlainRecord[]): Promise<RecordBatch> {
  const [batch] = await readAll(fetchedBytes([await encodeWithKafkajs({ records })]))
  return batch!
}

/** Offsets as a broker would give them to the records of one batch. */
const renumbered = (records: readonly PlainRecord[], from = 0): PlainRecord[] =>
  records.map((record, index) => ({ ...record, offset: from + index }))

describe('a batch made of records of several batches', () => {
  test('is read by kafkajs, and by us with its checksum, as the same records', () =>
    fc.assert(
      fc.asyncProperty(fc.array(someRecords, { minLength: 1, maxLength: 4 }), fc.boolean(), async (lists, isPacked) => {
        const batches = await Promise.all(lists.map(decoded))
        const rows = rowsOf(isPacked ? batches.map(packed) : batches)
        const count = rows.batchOf.length
        const target = Buffer.alloc(100_000, 0xaa)
        const written = writeRecordBatch(rows, 0, count, target)
        expect(written.end).toBe(count)
        const wire = target.subarray(0, written.size)
        expect(await decodeWithKafkajs(wire)).toEqual(renumbered(lists.flat()))
        expect((await readAll(fetchedBytes([wire]))).flatMap(plainRecords)).toEqual(renumbered(lists.flat()))
      }),
    ))

  test('takes as many records as fit, the rest goes to the next', () =>
    fc.assert(
      fc.asyncProperty(someRecords, fc.nat(2000), async (records, room) => {
        const rows = rowsOf([await decoded(records)])
        const largest = Math.max(...records.map((_, row) => mostBytes(rows, row)))
        const target = Buffer.alloc(61 + largest + room)
        const read: PlainRecord[] = []
        for (let start = 0; start < records.length;) {
          const { end, size } = writeRecordBatch(rows, start, records.length, target)
          expect(end).toBeGreaterThan(start)
          read.push(...(await decodeWithKafkajs(target.subarray(0, size))))
          start = end
        }
        expect(renumbered(read)).toEqual(renumbered(records))
      }),
    ))
})

test('is byte for byte what kafkajs writes, but for the fields of the leader and the producer', async () => {
  const records = renumbered([
    { offset: 0, timestamp: 1_700_000_000_000, key: 'a', value: 'one', headers: [] },
    { offset: 1, timestamp: 1_700_000_000_500, key: null, value: 'two', headers: [{ key: 'h', value: 'v' }] },
    { offset: 2, timestamp: 1_699_999_999_000, key: 'c', value: null, headers: [] },
  ])
  const target = Buffer.alloc(1000)
  const { size } = writeRecordBatch(rowsOf([await decoded(records)]), 0, 3, target)
  const theirs = await encodeWithKafkajs({ records })
  expect(target.subarray(61, size).toString('hex')).toBe(theirs.subarray(61).toString('hex'))
  expect(target.subarray(21, 43).toString('hex')).toBe(theirs.subarray(21, 43).toString('hex'))
  expect(target.subarray(0, size).toString('hex')).toBe(
    '0000000000000000' + // base offset
      '00000054ffffffff02' + // length, leader epoch, format
      '6f9264d3' + // checksum
      '0000000000020000018bcfe568000000018bcfe569f4' + // attributes, last delta, first and largest time
      'ffffffffffffffffffffffffffff00000003' + // no producer, three records
      '140000000261066f6e6500' +
      '1c00e80702010674776f020268027' +
      '61000cf0f0402630100',
  )
})
