import type { PositionCommit } from '@ringkeeper/core'
import { byTopic } from './by-topic.ts'
import type { Throttled, WireRequest } from './wire-request.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** The broker's verdict on the position of one partition. */
export interface CommittedPartition {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
}

/** The answer to an offset commit. */
export interface Committed extends Throttled {
  readonly partitions: readonly CommittedPartition[]
}

/** The generation and the name of somebody who is no member: brokers take a commit of one while the group has no members. */
const NO_GENERATION = -1
const NO_MEMBER = ''

/**
 * OffsetCommit, version 5, by nobody who is a member of the group.
 *
 *     request                          answer
 *     group        string              throttleTime  int32
 *     generation   int32   -1          topics        array
 *     member       string  ''            topic       string
 *     topics       array                 partitions  array
 *       topic      string                  partition  int32
 *       partitions array                   errorCode  int16
 *         partition  int32
 *         position   int64
 *         metadata   string
 */
export function offsetCommitRequest(group: string, positions: readonly PositionCommit[]): WireRequest<Committed> {
  const writer = new WireWriter().string(group).int32(NO_GENERATION).string(NO_MEMBER)
  writer.array(byTopic(positions), ([topic, ofTopic]) => {
    writer.string(topic).array(ofTopic, ({ shard, position, metadata }) => {
      writer.int32(shard.partition).int64(position).string(metadata)
    })
  })
  return { apiKey: 8, apiVersion: 5, apiName: 'OffsetCommit', body: [writer.done()], decode: decodeCommitted }
}

/** Reads the answer; errors of partitions are part of it. */
export function decodeCommitted(payload: Buffer): Committed {
  const reader = new WireReader(payload, 'OffsetCommit')
  const throttleTime = reader.int32()
  const partitions: CommittedPartition[] = []
  reader.array(() => {
    const topic = reader.string()
    reader.array(() => partitions.push({ topic, partition: reader.int32(), errorCode: reader.int16() }))
  })
  return { throttleTime, partitions }
}
