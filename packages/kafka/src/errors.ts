import { defineErrors, type DefinedErrors } from '@ringkeeper/core'

interface Place {
  readonly topic: string
  readonly partition: number
}

/** A broker's refusal. */
export interface BrokerErrorData extends Partial<Place> {
  /** What was asked, such as `Fetch`. */
  readonly request: string
  /** Kafka's own number and name for it. */
  readonly kafkaCode: number
  readonly kafkaError: string
  /** Whether the same request can succeed later. */
  readonly isPassing: boolean
}

const table = {
  CORRUPT_BATCH: (data: Place & { readonly offset: number; readonly reason: string }): string =>
    `the record batch at offset ${data.offset} of ${data.topic}/${data.partition} cannot be read: ${data.reason}`,
  OLD_FORMAT: (data: Place & { readonly offset: number; readonly magic: number }): string =>
    `the record batch at offset ${data.offset} of ${data.topic}/${data.partition} has format ${data.magic}; ` +
    'only format 2 (Kafka 0.11 and later) can be read: write the topic anew with a producer of today',
  OFFSET_TOO_LARGE: (data: { readonly offset: bigint }): string =>
    `offset ${data.offset} is beyond 2^53 - 1, the largest that a JavaScript number holds exactly`,
  CODEC_MISSING: (data: { readonly codec: string; readonly package: string }): string =>
    `records are compressed with ${data.codec}; install the package ${data.package} beside @ringkeeper/kafka to read them`,
  UNKNOWN_CODEC: (data: { readonly codec: number }): string =>
    `records are compressed with codec number ${data.codec}, which is none of none, gzip, snappy, lz4 and zstd`,
  BAD_RESPONSE: (data: { readonly request: string; readonly reason: string }): string =>
    `the broker's answer to ${data.request} cannot be read: ${data.reason}`,
  BROKER_ERROR: (data: BrokerErrorData): string =>
    `${data.request} ${data.topic === undefined ? '' : `of ${data.topic}/${data.partition} `}` +
    `was refused by the broker: ${data.kafkaError} (${data.kafkaCode})`,
  UNAVAILABLE: (data: { readonly request: string; readonly reason: string }): string =>
    `${data.request} found no broker that answers: ${data.reason}; check brokers, ssl and sasl`,
  NOT_AUTHENTICATED: (data: { readonly broker: string; readonly reason: string }): string =>
    `broker ${data.broker} refused the login: ${data.reason}; check the option sasl`,
  GROUP_IN_USE: (data: { readonly group: string }): string =>
    `group ${data.group} has live members that are not of this pipeline, so Kafka refuses our commits; stop those ` +
    'consumers or give the source another group',
  COMMIT_REFUSED: (data: { readonly group: string; readonly kafkaCode: number; readonly kafkaError: string }): string =>
    `group ${data.group} did not take the positions: ${data.kafkaError} (${data.kafkaCode})`,
  RECORD_TOO_LARGE: (data: Place & { readonly bytes: number }): string =>
    `a record of ${data.bytes} bytes is too large for ${data.topic}/${data.partition}; raise the topic's max.message.bytes`,
  NOT_WRITTEN: (data: Place): string =>
    `not sent, to keep the order: an earlier record for ${data.topic}/${data.partition} was not written`,
  UNKNOWN_TOPIC: (data: { readonly topic: string }): string =>
    `topic ${data.topic} does not exist on the brokers; create it or correct the option`,
  CLOSED: (data: { readonly what: string }): string => `the ${data.what} was closed`,
}

/** All errors of this package; the codes begin with `RK_KAFKA_`. */
export const kafkaErrors: DefinedErrors<'RK_KAFKA_', typeof table> = defineErrors('RK_KAFKA_', table)
