import { messageOf, type Codec, type RecordBatch } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import type { RecordErrors } from '../routing/route-keys.ts'

/** Decodes the values of a batch; those that the codec cannot read get an error instead. Tombstones stay undefined. */
export function decodeBatch(
  batch: RecordBatch,
  codec: Codec,
): { readonly batch: RecordBatch; readonly errors: RecordErrors | undefined } {
  const { length, bytes, valueStart, valueEnd, topic, partition, offsets } = batch
  const decoded: unknown[] = []
  let errors: RecordErrors | undefined
  for (let index = 0; index < length; index += 1) {
    const start = valueStart[index] as number
    let value: unknown
    if (start >= 0) {
      try {
        value = codec.decode(bytes, start, valueEnd[index] as number)
      } catch (cause) {
        const offset = offsets[index] as number
        errors ??= new Map()
        errors.set(
          index,
          streamingErrors.MALFORMED_RECORD({ topic, partition, offset, reason: messageOf(cause) }, { cause }),
        )
      }
    }
    decoded.push(value)
  }
  return { batch: batch.withDecoded(decoded), errors }
}
