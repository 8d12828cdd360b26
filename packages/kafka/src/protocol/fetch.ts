import type { AbortedTransaction } from './aborted-transactions.ts'
import type { Throttled, WireRequest } from './wire-request.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** A partition to fetch from. */
export interface FetchPosition {
  readonly topic: string
  readonly partition: number
  readonly position: number
}

/** What to ask a broker for. */
export interface FetchOptions {
  readonly positions: readonly FetchPosition[]
  /** Milliseconds that the broker may wait for the first byte. */
  readonly maxWait: number
  /** Bytes of the whole answer, and of each partition in it; a first batch that is larger comes whole. */
  readonly maxBytes: number
  readonly maxPartitionBytes: number
}

/** What a broker answered for one partition. */
export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  /** The position after the newest record. */
  readonly highWatermark: number
  /** Records from here on belong to transactions that are open; they are not sent. */
  readonly lastStableOffset: number
  readonly aborted: readonly AbortedTransaction[]
  /** The answer, in which the record batches lie from `start` up to `end`. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/** The answer to a fetch. */
export interface Fetched extends Throttled {
  readonly errorCode: number
  readonly partitions: readonly FetchedPartition[]
}

const READ_COMMITTED = 1
const NONE: readonly AbortedTransaction[] = []

/**
 * Fetch, version 11, without a fetch session.
 *
 *     request                              answer
 *     replicaId       int32  -1            throttleTime  int32
 *     maxWait         int32                errorCode     int16
 *     minBytes        int32                sessionId     int32
 *     maxBytes        int32                topics        array
 *     isolationLevel  int8                   topic       string
 *     sessionId       int32  0               partitions  array
 *     sessionEpoch    int32  -1                partition         int32
 *     topics          array                    errorCode         int16
 *       topic         string                   highWatermark     int64
 *       partitions    array                    lastStableOffset  int64
 *         partition          int32             logStartOffset    int64
 *         leaderEpoch        int32  -1         aborted           array, null for none
 *         position           int64               producerId      int64
 *         logStartOffset     int64  -1           firstOffset     int64
 *         maxPartitionBytes  int32             preferredReplica  int32
 *     forgottenTopics array  none              records           bytes: record batches
 *     rackId          string ''
 */
export function fetchRequest(options: FetchOptions): WireRequest<Fetched> {
  const writer = new WireWriter(64 + 64 * options.positions.length)
  writer.int32(-1).int32(options.maxWait).int32(1).int32(options.maxBytes).int8(READ_COMMITTED).int32(0).int32(-1)
  // A topic may come more than once, so that the order of the partitions is the one that was asked for.
  writer.array(options.positions, ({ topic, partition, position }) => {
    writer.string(topic).int32(1)
    writer.int32(partition).int32(-1).int64(position).int64(-1).int32(options.maxPartitionBytes)
  })
  writer.int32(0).string('')
  return {
    apiKey: 1,
    apiVersion: 11,
    apiName: 'Fetch',
    body: [writer.done()],
    patience: options.maxWait,
    decode: decodeFetched,
  }
}

/** Finds the partitions in the answer; their records stay as they are. */
export function decodeFetched(payload: Buffer): Fetched {
  const reader = new WireReader(payload, 'Fetch')
  const throttleTime = reader.int32()
  const errorCode = reader.int16()
  reader.int32()
  const partitions: FetchedPartition[] = []
  reader.array(() => {
    const topic = reader.string()
    reader.array(() => partitions.push(readPartition(reader, topic)))
  })
  return { throttleTime, errorCode, partitions }
}

function readPartition(reader: WireReader, topic: string): FetchedPartition {
  const partition = reader.int32()
  const errorCode = reader.int16()
  const highWatermark = reader.int64()
  const lastStableOffset = reader.int64()
  reader.int64()
  const aborted = reader.array(() => ({ producerId: reader.bigint64(), firstOffset: reader.int64() }))
  reader.int32()
  const start = reader.skipBytes()
  return {
    topic,
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    aborted: aborted.length > 0 ? aborted : NONE,
    bytes: reader.bytes,
    start,
    end: reader.position,
  }
}
