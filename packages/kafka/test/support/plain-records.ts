import { RecordCursor, type RecordBatch } from '@ringkeeper/core'
import fc from 'fast-check'
import { Decompressors } from '../../src/protocol/compression.ts'
import { ColumnPool } from '../../src/protocol/record-columns.ts'
import { FetchedRecords, type FetchedBytes } from '../../src/protocol/fetched-records.ts'
import { plainHeaders, type PlainRecord } from './kafkajs-codec.ts'

/** The records of a batch as tests speak of them. */
export function plainRecords(batch: RecordBatch): PlainRecord[] {
  const cursor = new RecordCursor(batch)
  return Array.from({ length: batch.length }, (_, index) => {
    const { offset, timestamp, keyText, valueText, headers } = cursor.moveTo(index)
    return { offset, timestamp, key: keyText ?? null, value: valueText ?? null, headers: plainHeaders(headers) }
  })
}

/** Record batches in the middle of an answer, as a fetch brings them. */
export function fetchedBytes(batches: readonly Buffer[], aborted: FetchedBytes['aborted'] = []): FetchedBytes {
  const before = Buffer.from('before')
  const bytes = Buffer.concat([before, ...batches, Buffer.from('after')])
  return { topic: 'orders', partition: 3, bytes, start: before.length, end: bytes.length - 5, aborted }
}

/** Decodes everything. */
export async function readAll(
  source: FetchedBytes,
  options: { readonly from?: number; readonly checkCrcs?: boolean } = {},
): Promise<RecordBatch[]> {
  const codecs = new Decompressors()
  const records = new FetchedRecords(source, { from: 0, checkCrcs: true, columns: new ColumnPool(), ...options })
  const batches: RecordBatch[] = []
  while (!records.done) {
    if (records.codec !== 0) await codecs.load(records.codec)
    batches.push(records.next(codecs))
  }
  return batches
}

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.string({ minLength: 60, maxLength: 300 }))

/** Records of one batch: rising offsets with gaps, times that jump both ways, absent keys and values, headers. */
export const someRecords: fc.Arbitrary<PlainRecord[]> = fc
  .tuple(
    fc.integer({ min: 0, max: 2 ** 45 }),
    fc.array(
      fc.record({
        gap: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 100_000 })),
        timestamp: fc.oneof(
          fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
          fc.integer({ min: 0, max: 2 ** 43 }),
        ),
        key: fc.option(text),
        value: fc.option(text),
        headers: fc.uniqueArray(fc.record({ key: fc.stringMatching(/^[a-z]{1,5}$/), value: text }), {
          selector: ({ key }) => key,
          maxLength: 3,
        }),
      }),
      { minLength: 1, maxLength: 20 },
    ),
  )
  .map(([first, records]) => {
    let offset = first
    return records.map(({ gap, ...record }, index) => {
      if (index > 0) offset += gap
      return { ...record, offset }
    })
  })
