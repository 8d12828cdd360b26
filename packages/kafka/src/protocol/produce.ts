import type { Throttled, WireRequest } from './wire-request.ts'
import { WireReader } from './wire-reader.ts'
import { WireWriter } from './wire-writer.ts'

/** One record batch for one partition. */
export interface ProduceBatch {
  readonly partition: number
  readonly bytes: Buffer
}

/** The broker's verdict on the batch of one partition. */
export interface ProducedPartition {
  readonly partition: number
  readonly errorCode: number
}

/** The answer to a produce for one topic. */
export interface Produced extends Throttled {
  readonly partitions: readonly ProducedPartition[]
}

/**
 * Produce, version 7, for one topic; answered when all replicas in sync have the batches.
 *
 *     request                           answer
 *     transactionalId  string  null     topics            array
 *     acks             int16   -1         topic           string
 *     timeout          int32              partitions      array
 *     topics           array  of one        partition     int32
 *       topic          string               errorCode     int16
 *       partitions     array                baseOffset    int64
 *         partition    int32                appendTime    int64
 *         records      bytes: one batch     startOffset   int64
 *                                         throttleTime    int32
 */
export function produceRequest(
  topic: string,
  batches: readonly ProduceBatch[],
  options: { readonly timeout: number },
): WireRequest<Produced> {
  const body = [
    new WireWriter(64)
      .string(null)
      .int16(-1)
      .int32(options.timeout)
      .int32(1)
      .string(topic)
      .int32(batches.length)
      .done(),
  ]
  for (const { partition, bytes } of batches) {
    body.push(new WireWriter(8).int32(partition).int32(bytes.length).done(), bytes)
  }
  return { apiKey: 0, apiVersion: 7, apiName: 'Produce', body, patience: options.timeout, decode: decodeProduced }
}

/** Reads the answer; errors of partitions are part of it. */
export function decodeProduced(payload: Buffer): Produced {
  const reader = new WireReader(payload, 'Produce')
  const partitions: ProducedPartition[] = []
  reader.array(() => {
    reader.string()
    reader.array(() => {
      partitions.push({ partition: reader.int32(), errorCode: reader.int16() })
      for (let field = 0; field < 3; field += 1) reader.bigint64()
    })
  })
  return { partitions, throttleTime: reader.int32() }
}
