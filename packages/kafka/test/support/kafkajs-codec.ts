import { createRequire } from 'node:module'
import type { RecordHeader } from '@ringkeeper/core'

/** A record as tests speak of it. */
export interface PlainRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: readonly { readonly key: string; readonly value: string }[]
}

/** What kafkajs's encoder is told of a batch. */
export interface WireBatch {
  readonly records: readonly PlainRecord[]
  readonly compression?: 0 | 1
  readonly transactional?: boolean
  readonly producerId?: number
}

interface KafkajsRecord {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer | Buffer[]>>
}

const require = createRequire(import.meta.url)
const { RecordBatch: encodeBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch: (batch: object) => Promise<{ readonly buffer: Buffer }>
}
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => unknown
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => {
  readInt64: () => unknown
}
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (decoder: unknown) => Promise<{
  readonly records: readonly KafkajsRecord[]
  readonly maxTimestamp: string
  readonly lastOffsetDelta: number
}>
const Long = require('kafkajs/src/utils/long.js') as { fromValue: (value: number) => unknown }

const bytesOf = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text))

/** A wire batch as kafkajs's producer writes it. */
export async function encodeWithKafkajs({
  records,
  compression = 0,
  transactional = false,
  producerId = -1,
}: WireBatch): Promise<Buffer> {
  const first = records[0]!
  const times = records.map(({ timestamp }) => timestamp)
  const encoded = await encodeBatch({
    compression,
    transactional,
    producerId: Long.fromValue(producerId),
    firstOffset: Long.fromValue(first.offset),
    firstTimestamp: first.timestamp,
    maxTimestamp: Math.max(...times),
    lastOffsetDelta: records.at(-1)!.offset - first.offset,
    records: records.map((record) =>
      encodeRecord({
        offsetDelta: record.offset - first.offset,
        timestampDelta: record.timestamp - first.timestamp,
        key: bytesOf(record.key),
        value: bytesOf(record.value),
        headers: headersObject(record.headers),
      }),
    ),
  })
  return encoded.buffer
}

/** Headers as an object of lists: how kafkajs takes several of one name. */
function headersObject(headers: PlainRecord['headers']): Record<string, Buffer[]> {
  const object: Record<string, Buffer[]> = {}
  for (const { key, value } of headers) (object[key] ??= []).push(Buffer.from(value))
  return object
}

/** What kafkajs's consumer reads from a wire batch. */
export async function decodeWithKafkajs(bytes: Buffer): Promise<PlainRecord[]> {
  const { records } = await decodeBatch(new Decoder(bytes))
  return records.map((record) => ({
    offset: Number(record.offset),
    timestamp: Number(record.timestamp),
    key: record.key?.toString() ?? null,
    value: record.value?.toString() ?? null,
    headers: Object.entries(record.headers).flatMap(([key, values]) =>
      [values].flat().map((value) => ({ key, value: value.toString() })),
    ),
  }))
}

/** Headers of a record as tests speak of them. */
export function plainHeaders(headers: readonly RecordHeader[]): PlainRecord['headers'] {
  return headers.map(({ key, value }) => ({ key, value: Buffer.from(value ?? []).toString() }))
}
