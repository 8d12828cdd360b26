import { RecordBatch } from '@ringkeeper/core'
import { kafkaErrors } from '../errors.ts'
import { AbortedTransactions, type AbortedTransaction } from './aborted-transactions.ts'
import {
  BATCH_OVERHEAD,
  BatchAttribute,
  BatchField,
  isAbortMarker,
  SMALLEST_RECORD,
  timestampAt,
} from './batch-header.ts'
import type { Decompressors } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { CORRUPT, readRecords } from './read-records.ts'
import type { ColumnPool } from './record-columns.ts'
import { readInt64 } from './wire-reader.ts'

/** The record batches of one partition as a fetch answer brings them, not yet decoded. */
export interface FetchedBytes {
  readonly topic: string
  readonly partition: number
  /** The whole answer; record batches from `start` up to `end`, the last of which may be cut off. */
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly aborted: readonly AbortedTransaction[]
}

/** How to read fetched records. */
export interface ReadOptions {
  /** Leave out records before this offset: brokers send whole batches. */
  readonly from: number
  readonly checkCrcs: boolean
  readonly columns: ColumnPool
  /** Holds the memory of the answer; absent for memory that is left to the garbage collector. */
  readonly frame?: { readonly retain: () => void; readonly release: () => void } | undefined
}

/** Some wire batches in a row with the same compression. */
interface Run {
  /** Where those with records for the reader begin. */
  readonly batches: readonly number[]
  /** Their decompressed records; empty without compression. */
  readonly pieces: readonly Uint8Array[]
  readonly count: number
  readonly nextOffset: number
}

/** Once so many bytes were decompressed, the rest of the answer becomes another batch. */
const MOST_DECOMPRESSED = 4 * 1024 * 1024
/** And after so many records: the others would otherwise wait until all that one partition brought is decoded and written. */
const MOST_RECORDS = 1000

/**
 * Turns the bytes of one partition into batches, each of some wire batches in a row with the same compression. Wire
 * batches that do not count (control batches, aborted transactions) only move the position.
 */
export class FetchedRecords {
  /** The position to ask for next: after the last whole wire batch. */
  readonly nextOffset: number
  /** Bytes of the whole wire batches. */
  readonly size: number
  readonly #source: FetchedBytes
  readonly #options: ReadOptions
  readonly #aborted: AbortedTransactions
  readonly #end: number
  #at: number

  /** @throws when a batch is of an older format, its length is impossible or its offsets are too large. */
  constructor(source: FetchedBytes, options: ReadOptions) {
    this.#source = source
    this.#options = options
    this.#aborted = new AbortedTransactions(source.aborted)
    this.#at = source.start
    const { bytes } = source
    let at = source.start
    let nextOffset = options.from
    while (at + BatchField.records <= source.end) {
      const offset = readInt64(bytes, at)
      const magic = bytes[at + BatchField.magic] as number
      if (magic !== 2) throw kafkaErrors.OLD_FORMAT({ ...this.#place, offset, magic })
      const end = this.#endOf(at)
      if (end < at + BatchField.records) throw this.#corrupt(at, 'its length is too small')
      if (end > source.end) break
      nextOffset = Math.max(nextOffset, this.#lastOffset(at) + 1)
      at = end
    }
    this.#end = at
    this.nextOffset = nextOffset
    this.size = at - source.start
    if (!this.done) options.frame?.retain()
  }

  /** Whether everything was decoded. */
  get done(): boolean {
    return this.#at >= this.#end
  }

  /** The number of the compression of the next run; 0 for none. */
  get codec(): number {
    return this.#attributes(this.#at) & BatchAttribute.compression
  }

  /**
   * Decodes the next run. Not to be called when {@link done}.
   *
   * @param codecs - has {@link codec} loaded unless that is 0.
   */
  next(codecs: Decompressors): RecordBatch {
    const { bytes, topic, partition } = this.#source
    const run = this.#collect(codecs)
    const { columns: pool, frame } = this.#options
    const columns = pool.take(run.count)
    let row = 0
    let shift = 0
    for (let index = 0; index < run.batches.length; index += 1) {
      const at = run.batches[index] as number
      const piece = run.pieces[index]
      const isLogAppendTime = (this.#attributes(at) & BatchAttribute.logAppendTime) !== 0
      const block = {
        bytes: piece ?? bytes,
        start: piece ? 0 : at + BatchField.records,
        end: piece ? piece.length : this.#endOf(at),
        count: bytes.readInt32BE(at + BatchField.recordCount),
        baseOffset: readInt64(bytes, at),
        timestamp: timestampAt(bytes, at + (isLogAppendTime ? BatchField.maxTimestamp : BatchField.baseTimestamp)),
        isLogAppendTime,
      }
      row = readRecords(block, columns, row, this.#options.from, shift)
      if (row === CORRUPT) throw this.#corrupt(at, 'its records do not fit their lengths')
      if (piece) shift += piece.length
    }
    const isInFrame = run.pieces.length === 0
    if (isInFrame) frame?.retain()
    if (this.done) frame?.release()
    let isReleased = false
    const onRelease = (): void => {
      if (isReleased) return
      isReleased = true
      pool.giveBack(columns)
      if (isInFrame) frame?.release()
    }
    const { nextOffset } = run
    return new RecordBatch({
      topic,
      partition,
      length: row,
      nextOffset,
      bytes: isInFrame ? bytes : joined(run.pieces),
      ...columns,
      onRelease,
    })
  }

  /** Steps over the next run, checks it and decompresses it. */
  #collect(codecs: Decompressors): Run {
    const { bytes } = this.#source
    const { from, checkCrcs } = this.#options
    const { codec } = this
    const batches: number[] = []
    const pieces: Uint8Array[] = []
    let count = 0
    let nextOffset = from
    for (
      let inflated = 0;
      !this.done && this.codec === codec && inflated < MOST_DECOMPRESSED && count < MOST_RECORDS;
    ) {
      const at = this.#at
      const end = this.#endOf(at)
      const lastOffset = this.#lastOffset(at)
      if (checkCrcs && crc32c(bytes, at + BatchField.attributes, end) !== bytes.readUInt32BE(at + BatchField.crc)) {
        throw this.#corrupt(at, 'its checksum is wrong')
      }
      if (this.#counts(at, lastOffset) && lastOffset >= from) {
        let size = end - at - BatchField.records
        if (codec !== 0) {
          const piece = this.#decompress(codecs, codec, at, end)
          pieces.push(piece)
          size = piece.length
          inflated += size
        }
        const records = bytes.readInt32BE(at + BatchField.recordCount)
        if (records < 0 || records > size / SMALLEST_RECORD)
          throw this.#corrupt(at, `it cannot hold ${records} records`)
        batches.push(at)
        count += records
      }
      nextOffset = Math.max(nextOffset, lastOffset + 1)
      this.#at = end
    }
    return { batches, pieces, count, nextOffset }
  }

  /** Whether a batch has records for the reader; an abort marker ends its transaction. */
  #counts(at: number, lastOffset: number): boolean {
    const attributes = this.#attributes(at)
    if ((attributes & (BatchAttribute.control | BatchAttribute.transactional)) === 0) return true
    const { bytes } = this.#source
    const producerId = bytes.readBigInt64BE(at + BatchField.producerId)
    if ((attributes & BatchAttribute.control) === 0) return !this.#aborted.covers(producerId, lastOffset)
    if (isAbortMarker(bytes, at + BatchField.records, this.#endOf(at))) this.#aborted.end(producerId, lastOffset)
    return false
  }

  #decompress(codecs: Decompressors, codec: number, at: number, end: number): Uint8Array {
    try {
      return (codecs.get(codec) as NonNullable<ReturnType<Decompressors['get']>>)(
        this.#source.bytes.subarray(at + BatchField.records, end),
      )
    } catch (cause) {
      throw this.#corrupt(at, 'it cannot be decompressed', cause)
    }
  }

  #attributes(at: number): number {
    return this.#source.bytes[at + BatchField.attributes + 1] as number
  }

  #endOf(at: number): number {
    return at + BATCH_OVERHEAD + this.#source.bytes.readInt32BE(at + BatchField.batchLength)
  }

  #lastOffset(at: number): number {
    return readInt64(this.#source.bytes, at) + this.#source.bytes.readInt32BE(at + BatchField.lastOffsetDelta)
  }

  get #place(): { readonly topic: string; readonly partition: number } {
    return { topic: this.#source.topic, partition: this.#source.partition }
  }

  #corrupt(at: number, reason: string, cause?: unknown): Error {
    const offset = readInt64(this.#source.bytes, at)
    return kafkaErrors.CORRUPT_BATCH({ ...this.#place, offset, reason }, cause === undefined ? {} : { cause })
  }
}

/** One buffer of Node, whose text functions are faster, out of one or more pieces. */
function joined(pieces: readonly Uint8Array[]): Buffer {
  const [first, ...rest] = pieces as readonly [Uint8Array, ...Uint8Array[]]
  return rest.length > 0 ? Buffer.concat(pieces) : Buffer.from(first.buffer, first.byteOffset, first.byteLength)
}
