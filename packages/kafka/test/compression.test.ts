import * as zlib from 'node:zlib'
import { compressFrameSync } from 'lz4-napi'
import { compressSync } from 'snappy'
import { decompress as decompressZstd } from 'fzstd'
import { describe, expect, test, vi } from 'vitest'
import { BatchField } from '../src/protocol/batch-header.ts'
import { Decompressors } from '../src/protocol/compression.ts'
import { decompressSnappy } from '../src/protocol/snappy-frames.ts'
import { encodeWithKafkajs } from './support/kafkajs-codec.ts'
import { fetchedBytes, plainRecords, readAll } from './support/plain-records.ts'

const records = Array.from({ length: 50 }, (_, offset) => ({
  offset,
  timestamp: 1_700_000_000_000 + offset,
  key: `key ${offset % 7}`,
  value: 'some value '.repeat(offset),
  headers: [],
}))

/** The records as one batch, compressed as a producer would. */
async function compressed(codec: number, compress: (bytes: Buffer) => Uint8Array): Promise<Buffer> {
  const plain = await encodeWithKafkajs({ records })
  const batch = Buffer.concat([plain.subarray(0, BatchField.records), compress(plain.subarray(BatchField.records))])
  batch.writeInt32BE(batch.length - 12, BatchField.batchLength)
  batch.writeInt16BE(codec, BatchField.attributes)
  return batch
}

/** The frames of Java's snappy streams, in blocks of 300 bytes. */
function javaSnappy(bytes: Buffer): Buffer {
  const parts: Uint8Array[] = [Buffer.from('82534e41505059000000000100000001', 'hex')]
  for (let at = 0; at < bytes.length; at += 300) {
    const block = compressSync(bytes.subarray(at, at + 300))
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

describe('records are read from', () => {
  const kinds: [string, number, (bytes: Buffer) => Uint8Array][] = [
    ['gzip', 1, (bytes) => zlib.gzipSync(bytes)],
    ['snappy in one block', 2, (bytes) => compressSync(bytes)],
    ['snappy in frames as Java writes it', 2, javaSnappy],
    ['lz4', 3, (bytes) => compressFrameSync(bytes as Buffer<ArrayBuffer>)],
    ['zstd', 4, (bytes) => zlib.zstdCompressSync(bytes)],
  ]
  test.for(kinds)('%s', async ([, codec, compress]) => {
    const batches = await readAll(fetchedBytes([await compressed(codec, compress)]), { checkCrcs: false })
    expect(batches.flatMap(plainRecords)).toEqual(records)
  })
})

test('the package for zstd on older Nodes reads what Node writes', () => {
  const bytes = Buffer.from('some value '.repeat(1000))
  expect(Buffer.from(decompressZstd(zlib.zstdCompressSync(bytes)))).toEqual(bytes)
})

test('a package that is not installed is named by the error', async () => {
  vi.doMock('snappy', () => {
    throw new Error('Cannot find package')
  })
  await expect(new Decompressors().load(2)).rejects.toMatchObject({
    code: 'RK_KAFKA_CODEC_MISSING',
    data: { codec: 'snappy', package: 'snappy' },
    message: expect.stringContaining('install the package snappy') as string,
  })
  vi.doUnmock('snappy')
})

test('a snappy block that is longer than its batch is refused', () => {
  const broken = javaSnappy(Buffer.from('value'))
  broken.writeInt32BE(1000, 16)
  expect(() => decompressSnappy(Buffer.from(broken), (block) => block)).toThrow(RangeError)
})
