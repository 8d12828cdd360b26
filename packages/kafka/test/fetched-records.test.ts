import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BatchField } from '../src/protocol/batch-header.ts'
import { crc32c } from '../src/protocol/crc32c.ts'
import { encodeWithKafkajs, type PlainRecord } from './support/kafkajs-codec.ts'
import { fetchedBytes, plainRecords, readAll, someRecords } from './support/plain-records.ts'

const record = (offset: number, value: string | null = `value ${offset}`): PlainRecord => ({
  offset,
  timestamp: 1_700_000_000_000 + offset,
  key: `key ${offset}`,
  value,
  headers: [],
})

const batchOf = (...offsets: number[]): Promise<Buffer> =>
  encodeWithKafkajs({ records: offsets.map((at) => record(at)) })

/** Changes the header of a batch and makes its checksum right again. */
function changed(batch: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(batch)
  change(copy)
  copy.writeUInt32BE(crc32c(copy, BatchField.attributes, copy.length), BatchField.crc)
  return copy
}

const withAttributes = (batch: Buffer, bits: number): Buffer =>
  changed(batch, (copy) => copy.writeInt16BE(copy.readInt16BE(BatchField.attributes) | bits, BatchField.attributes))

async function offsetsOf(...args: Parameters<typeof readAll>): Promise<number[]> {
  return (await readAll(...args)).flatMap((batch) => plainRecords(batch).map(({ offset }) => offset))
}

describe('records that kafkajs wrote', () => {
  test.for([0, 1] as const)('are read as they were, with compression %i', (compression) =>
    fc.assert(
      fc.asyncProperty(fc.array(someRecords, { minLength: 1, maxLength: 4 }), async (lists) => {
        let next = 0
        const moved = lists.map((records) => {
          const shift = next - records[0]!.offset
          const shifted = records.map((one) => ({ ...one, offset: one.offset + shift }))
          next = shifted.at(-1)!.offset + 1
          return shifted
        })
        const wire = await Promise.all(moved.map((records) => encodeWithKafkajs({ records, compression })))
        const batches = await readAll(fetchedBytes(wire))
        expect(batches).toHaveLength(1)
        expect(batches.flatMap(plainRecords)).toEqual(moved.flat())
        expect(batches[0]).toMatchObject({ topic: 'orders', partition: 3, nextOffset: next })
      }),
    ),
  )

  test('with offsets of up to 2^45 and their times are exact', () =>
    fc.assert(
      fc.asyncProperty(someRecords, async (records) => {
        const batches = await readAll(fetchedBytes([await encodeWithKafkajs({ records })]))
        expect(batches.flatMap(plainRecords)).toEqual(records)
      }),
    ))

  test.for([1, 27, 28, 34, 41, 44])('may be 2^%i milliseconds apart, either way', async (bits) => {
    const far = 2 ** bits
    const times = [0, far - 1, far, far + 1, -far + 1, -far, -far - 1]
    const records = times.map((time, offset) => ({ ...record(offset), timestamp: 2 ** 45 + time }))
    const batches = await readAll(fetchedBytes([await encodeWithKafkajs({ records })]))
    expect(batches.flatMap(plainRecords)).toEqual(records)
  })

  test('come as one batch for each stretch with the same compression', async () => {
    const wire = await Promise.all([
      encodeWithKafkajs({ records: [record(0)] }),
      encodeWithKafkajs({ records: [record(1)], compression: 1 }),
      encodeWithKafkajs({ records: [record(2)], compression: 1 }),
      encodeWithKafkajs({ records: [record(3)] }),
    ])
    const batches = await readAll(fetchedBytes(wire))
    expect(batches.map((batch) => plainRecords(batch).map(({ value }) => value))).toEqual([
      ['value 0'],
      ['value 1', 'value 2'],
      ['value 3'],
    ])
    expect(batches.map(({ nextOffset }) => nextOffset)).toEqual([1, 3, 4])
  })

  test('come as batches of about a thousand, so that a long answer does not hold up other partitions', async () => {
    const wire = await Promise.all(
      Array.from({ length: 5 }, (_, i) => batchOf(...Array.from({ length: 400 }, (_, j) => i * 400 + j))),
    )
    const batches = await readAll(fetchedBytes(wire))
    expect(batches.map(({ length, nextOffset }) => [length, nextOffset])).toEqual([
      [1200, 1200],
      [800, 2000],
    ])
  })
})

test('records below the position are left out', async () => {
  const source = fetchedBytes([await batchOf(0, 1, 2), await batchOf(3, 4, 5)])
  expect(await offsetsOf(source, { from: 4 })).toEqual([4, 5])
})

test('a batch that is cut off is left for the next fetch', async () => {
  const whole = await batchOf(0, 1)
  const cut = await batchOf(2, 3)
  for (let length = 0; length < cut.length; length += 1) {
    const batches = await readAll(fetchedBytes([whole, cut.subarray(0, length)]))
    expect(batches.map(({ length: count, nextOffset }) => [count, nextOffset])).toEqual([[2, 2]])
  }
})

test('a batch whose last records were compacted away moves the position beyond them', async () => {
  const compacted = changed(await batchOf(0, 1), (copy) => copy.writeInt32BE(9, BatchField.lastOffsetDelta))
  const [batch] = await readAll(fetchedBytes([compacted]))
  expect(batch).toMatchObject({ length: 2, nextOffset: 10 })
})

test('log-append time replaces the time of every record', async () => {
  const appended = changed(withAttributes(await batchOf(0, 1), 8), (copy) =>
    copy.writeBigInt64BE(1_800_000_000_123n, BatchField.maxTimestamp),
  )
  const [batch] = await readAll(fetchedBytes([appended]))
  expect(plainRecords(batch!).map(({ timestamp }) => timestamp)).toEqual([1_800_000_000_123, 1_800_000_000_123])
})

describe('transactions', () => {
  const data = (producerId: number, ...offsets: number[]): Promise<Buffer> =>
    encodeWithKafkajs({ records: offsets.map((at) => record(at)), transactional: true, producerId })

  /** A control batch: one record whose key is a version and a type, 0 for abort and 1 for commit. */
  async function marker(producerId: number, offset: number, type: 0 | 1): Promise<Buffer> {
    const key = Buffer.from([0, 0, 0, type]).toString('latin1')
    const records = [{ offset, timestamp: 1, key, value: 'coordinator epoch', headers: [] }]
    return withAttributes(await encodeWithKafkajs({ records, transactional: true, producerId }), 0x20)
  }

  test('control batches are left out and move the position', async () => {
    const [batch] = await readAll(fetchedBytes([await data(7, 0, 1), await marker(7, 2, 1)]))
    expect(batch).toMatchObject({ length: 2, nextOffset: 3 })
  })

  test('an answer of nothing but markers is an empty batch that moves the position', async () => {
    const [batch] = await readAll(fetchedBytes([await marker(7, 5, 1), await marker(8, 6, 0)]), { from: 5 })
    expect(batch).toMatchObject({ length: 0, nextOffset: 7 })
  })

  test('aborted records are left out, those of others and of the same producer’s next transaction are not', async () => {
    const wire = await Promise.all([
      data(7, 0),
      data(8, 1),
      batchOf(2),
      data(7, 3),
      marker(7, 4, 0),
      marker(8, 5, 1),
      data(7, 6),
      marker(7, 7, 1),
      data(9, 8),
    ])
    const aborted = [
      { producerId: 9n, firstOffset: 8 },
      { producerId: 7n, firstOffset: 0 },
    ]
    expect(await offsetsOf(fetchedBytes(wire, aborted))).toEqual([1, 2, 6])
  })

  test('an answer that begins with an abort marker does not lose the producer’s next transaction', async () => {
    const wire = await Promise.all([marker(7, 4, 0), data(7, 5, 6), marker(7, 7, 1)])
    expect(await offsetsOf(fetchedBytes(wire, [{ producerId: 7n, firstOffset: 0 }]), { from: 4 })).toEqual([5, 6])
  })

  test('whatever the producers do and wherever a fetch begins, exactly the committed records come', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.constantFrom('write', 'write', 'commit', 'abort')), {
          maxLength: 30,
        }),
        fc.nat(),
        async (acts, where) => {
          const log: { readonly first: number; readonly next: number; readonly wire: Promise<Buffer> }[] = []
          const open = new Map<number, number[]>()
          const ended: { producerId: bigint; offsets: number[]; marker: number; isAborted: boolean }[] = []
          let next = 0
          const end = (producer: number, isAborted: boolean): void => {
            const offsets = open.get(producer)
            if (!offsets || !open.delete(producer)) return
            ended.push({ producerId: BigInt(producer), offsets, marker: next, isAborted })
            log.push({ first: next, next: next + 1, wire: marker(producer, next, isAborted ? 0 : 1) })
            next += 1
          }
          for (const [producer, act] of acts) {
            if (act !== 'write') {
              end(producer, act === 'abort')
              continue
            }
            const offsets = [next, next + 1]
            open.set(producer, [...(open.get(producer) ?? []), ...offsets])
            log.push({ first: next, next: next + 2, wire: data(producer, ...offsets) })
            next += 2
          }
          for (const producer of [1, 2]) end(producer, producer === 2)
          const from = log[where % log.length]?.first ?? 0
          const wire = await Promise.all(log.filter((batch) => batch.next > from).map((batch) => batch.wire))
          const aborted = ended
            .filter(({ isAborted, marker: at }) => isAborted && at >= from)
            .map(({ producerId, offsets }) => ({ producerId, firstOffset: offsets[0]! }))
          const committed = ended.flatMap(({ offsets, isAborted }) => (isAborted ? [] : offsets))
          expect(await offsetsOf(fetchedBytes(wire, aborted), { from })).toEqual(
            committed.filter((offset) => offset >= from).toSorted((a, b) => a - b),
          )
        },
      ),
      { numRuns: 300 },
    ))

  test('a transaction that was aborted later does not reach back before its first offset', async () => {
    const wire = await Promise.all([data(7, 0), marker(7, 1, 1), data(7, 2)])
    expect(await offsetsOf(fetchedBytes(wire, [{ producerId: 7n, firstOffset: 2 }]))).toEqual([0])
  })
})

describe('what cannot be read is refused with a code', () => {
  test('older formats', async () => {
    const old = await batchOf(4)
    old[BatchField.magic] = 1
    await expect(readAll(fetchedBytes([old]))).rejects.toMatchObject({
      code: 'RK_KAFKA_OLD_FORMAT',
      data: { topic: 'orders', partition: 3, offset: 4, magic: 1 },
    })
  })

  test('offsets beyond 2^53', async () => {
    const far = await batchOf(0)
    far.writeBigInt64BE(2n ** 53n, 0)
    await expect(readAll(fetchedBytes([far]))).rejects.toMatchObject({
      code: 'RK_KAFKA_OFFSET_TOO_LARGE',
      data: { offset: 2n ** 53n },
    })
  })

  test('a flipped bit, when checksums are compared', async () => {
    const batch = await batchOf(0)
    batch[batch.length - 3]! ^= 1
    await expect(readAll(fetchedBytes([batch]))).rejects.toMatchObject({ code: 'RK_KAFKA_CORRUPT_BATCH' })
    expect(await readAll(fetchedBytes([batch]), { checkCrcs: false })).toHaveLength(1)
  })

  test('an unknown compression', async () => {
    await expect(readAll(fetchedBytes([withAttributes(await batchOf(0), 7)]))).rejects.toMatchObject({
      code: 'RK_KAFKA_UNKNOWN_CODEC',
    })
  })

  test('bytes that are not what their compression says', async () => {
    await expect(readAll(fetchedBytes([withAttributes(await batchOf(0), 1)]))).rejects.toMatchObject({
      code: 'RK_KAFKA_CORRUPT_BATCH',
    })
  })

  test('any damage to the records, or else it does not change what is around them', async () => {
    await fc.assert(
      fc.asyncProperty(
        someRecords,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (records, damage, isCompressed) => {
          const wire = await encodeWithKafkajs({ records })
          for (const [at, byte] of damage) {
            wire[BatchField.lastOffsetDelta + (at % (wire.length - BatchField.lastOffsetDelta))] = byte
          }
          const broken = isCompressed ? recompressed(wire) : wire
          try {
            for (const batch of await readAll(fetchedBytes([broken]), { checkCrcs: false })) {
              for (let index = 0; index < batch.length; index += 1) {
                for (const end of [batch.keyEnd, batch.valueEnd, batch.headersEnd]) {
                  expect(end[index]).toBeLessThanOrEqual(batch.bytes.length)
                }
                expect(batch.sizeOf(index)).toBeGreaterThanOrEqual(0)
                expect(batch.sizeOf(index)).toBeLessThan(wire.length)
              }
            }
          } catch (error) {
            expect((error as { code?: string }).code).toMatch(/^RK_KAFKA_(CORRUPT_BATCH|OFFSET_TOO_LARGE)$/)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

/** The same batch with its records in gzip. */
function recompressed(batch: Buffer): Buffer {
  const records = gzipSync(batch.subarray(BatchField.records))
  const copy = Buffer.concat([batch.subarray(0, BatchField.records), records])
  copy.writeInt32BE(copy.length - 12, BatchField.batchLength)
  copy.writeInt16BE(1, BatchField.attributes)
  return copy
}
