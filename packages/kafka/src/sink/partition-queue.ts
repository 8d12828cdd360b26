import type { RecordFailure } from '@ringkeeper/core'
import { brokerError } from '../cluster/broker-link.ts'
import { kafkaErrors } from '../errors.ts'
import { KafkaCode } from '../protocol/error-codes.ts'
import { mostBytes, writeRecordBatch } from '../protocol/record-batch-writer.ts'
import { BatchField } from '../protocol/batch-header.ts'
import type { PartitionRows } from './partition-rows.ts'

/** Refusals that lie in a record: it would be refused again. */
const recordsFault: ReadonlySet<number> = new Set([
  KafkaCode.messageTooLarge,
  KafkaCode.recordListTooLarge,
  KafkaCode.invalidTimestamp,
  KafkaCode.invalidRecord,
])

/** The rows of one write for one partition: sent batch by batch, up to the first that fails. */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly #rows: PartitionRows
  readonly #end: number
  /** The first row that is not known to be written, and the one after those that are under way. */
  #written: number
  #sent: number
  /** At most so many rows in a batch; less and less while the broker refuses one of them. */
  #mostRows = Infinity
  #failures: readonly RecordFailure[] = []

  constructor(topic: string, partition: number, rows: PartitionRows) {
    this.topic = topic
    this.partition = partition
    this.#rows = rows
    this.#written = rows.starts[partition] as number
    this.#sent = this.#written
    this.#end = rows.starts[partition + 1] as number
  }

  /** Whether there is nothing left to send: all is written, or the rest failed. */
  get done(): boolean {
    return this.#written >= this.#end || this.#failures.length > 0
  }

  /** The records that were not written. */
  get failures(): readonly RecordFailure[] {
    return this.#failures
  }

  /** Encodes the next batch to the beginning of `target`, or of a larger buffer when its first record needs one. */
  encode(target: Buffer): Buffer {
    const least = BatchField.records + mostBytes(this.#rows, this.#written)
    const room = least > target.length ? Buffer.allocUnsafeSlow(least) : target
    const end = Math.min(this.#end, this.#written + this.#mostRows)
    const batch = writeRecordBatch(this.#rows, this.#written, end, room)
    this.#sent = batch.end
    return room.subarray(0, batch.size)
  }

  /** Takes the broker's verdict on the batch. */
  settle(kafkaCode: number): void {
    if (kafkaCode === KafkaCode.none) {
      this.#written = this.#sent
      return
    }
    const count = this.#sent - this.#written
    const isRecordsFault = recordsFault.has(kafkaCode)
    if (isRecordsFault && count > 1) {
      // One of them is at fault: find it, so that the others are not refused with it.
      this.#mostRows = Math.ceil(count / 2)
      return
    }
    const { topic, partition } = this
    const error =
      kafkaCode === KafkaCode.messageTooLarge || kafkaCode === KafkaCode.recordListTooLarge
        ? kafkaErrors.RECORD_TOO_LARGE({ topic, partition, bytes: mostBytes(this.#rows, this.#written) })
        : brokerError({ request: 'Produce', kafkaCode, topic, partition })
    this.fail(error, !isRecordsFault)
  }

  /**
   * The batch under way was not written, as far as is known; nothing after it is sent, which keeps the order. Without a
   * batch under way it is the partition that failed, with all its records.
   */
  fail(error: unknown, isRetryable: boolean): void {
    const { batchOf, recordOf } = this.#rows
    const { topic, partition } = this
    const failures: RecordFailure[] = []
    const triedTo = this.#sent > this.#written ? this.#sent : this.#end
    const later = kafkaErrors.NOT_WRITTEN({ topic, partition }, { cause: error })
    for (let row = this.#written; row < this.#end; row += 1) {
      const place = { chunk: batchOf[row] as number, index: recordOf[row] as number }
      failures.push(
        row < triedTo
          ? { ...place, error, isRetryable }
          : { ...place, error: later, isRetryable: true, isHeldBack: true },
      )
    }
    this.#failures = failures
  }
}
