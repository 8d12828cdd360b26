import type { Throttled, WireRequest } from './wire-request.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** A broker as the cluster names it. */
export interface BrokerAddress {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | undefined
}

/** A topic: its error, or its partitions. */
export interface TopicMetadata {
  readonly topic: string
  readonly errorCode: number
  readonly partitions: readonly {
    readonly partition: number
    readonly errorCode: number
    /** The node that leads the partition; -1 for none. */
    readonly leader: number
  }[]
}

/** What the cluster says about itself and some topics. */
export interface Metadata extends Throttled {
  readonly brokers: readonly BrokerAddress[]
  readonly topics: readonly TopicMetadata[]
}

/**
 * Metadata, version 5; never creates a topic.
 *
 *     request                       answer
 *     topics           array        throttleTime  int32
 *       topic          string       brokers       array
 *     allowCreation    boolean        nodeId      int32
 *                                     host        string
 *                                     port        int32
 *                                     rack        string, may be null
 *                                   clusterId     string, may be null
 *                                   controllerId  int32
 *                                   topics        array
 *                                     errorCode   int16
 *                                     topic       string
 *                                     isInternal  boolean
 *                                     partitions  array
 *                                       errorCode  int16
 *                                       partition  int32
 *                                       leader     int32
 *                                       replicas   array of int32
 *                                       inSync     array of int32
 *                                       offline    array of int32
 */
export function metadataRequest(topics: readonly string[]): WireRequest<Metadata> {
  const writer = new WireWriter()
  writer.array(topics, (topic) => writer.string(topic)).int8(0)
  return { apiKey: 3, apiVersion: 5, apiName: 'Metadata', body: [writer.done()], decode: decodeMetadata }
}

/** Reads the answer; errors of topics and partitions are part of it. */
export function decodeMetadata(payload: Buffer): Metadata {
  const reader = new WireReader(payload, 'Metadata')
  const throttleTime = reader.int32()
  const brokers = reader.array(() => ({
    nodeId: reader.int32(),
    host: reader.string(),
    port: reader.int32(),
    rack: reader.nullableString(),
  }))
  reader.nullableString()
  reader.int32()
  const topics = reader.array(() => {
    const errorCode = reader.int16()
    const topic = reader.string()
    reader.int8()
    const partitions = reader.array(() => {
      const partition = { errorCode: reader.int16(), partition: reader.int32(), leader: reader.int32() }
      for (let list = 0; list < 3; list += 1) reader.array(() => reader.int32())
      return partition
    })
    return { topic, errorCode, partitions }
  })
  return { throttleTime, brokers, topics }
}
