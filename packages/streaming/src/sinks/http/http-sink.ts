import {
  defineSink,
  type Chunk,
  type Ports,
  type RecordFailure,
  type Sink,
  type SinkComponent,
  type SinkContext,
  type WriteContext,
} from '@ringkeeper/core'
import { streamingErrors } from '../../errors.ts'
import { formatLines, type LineStyle } from '../lines/format-lines.ts'
import { LineWriter } from '../lines/line-writer.ts'
import { formatFor } from '../lines/options.ts'
import { unwritten, type ChunkPlace } from '../unwritten.ts'
import { HttpClient, type HttpAnswer } from './http-client.ts'
import { httpSinkSchema, type HttpSinkOptions } from './options.ts'
import { beginning, sliceFrom, type Slice } from './slice.ts'

/** Sends records to a web server, many in a request. */
export const httpSink: SinkComponent = defineSink<HttpSinkOptions>({
  type: 'http',
  schema: httpSinkSchema,
  capabilities: { ordered: true, idempotent: false, fenced: false, retainsBytes: false },
  create: (options, context) => new HttpSink(options, context),
})

/** Answers that may be about the size of a request, or about one record in it. */
const divisibleStatuses = [400, 413, 422]
const comma = 0x2c
const closingBracket = 0x5d

class HttpSink implements Sink {
  readonly #options: HttpSinkOptions
  readonly #style: LineStyle
  readonly #ports: Ports
  readonly #client: HttpClient
  readonly #writer = new LineWriter()
  /** The most records in the next request: halved by a refusal, doubled by a success. */
  #batchSize: number

  constructor(options: HttpSinkOptions, { target, codec, ports }: SinkContext) {
    this.#options = options
    this.#batchSize = options.batchSize
    this.#style = { format: formatFor(options.format, target), isJson: codec === 'json' }
    this.#ports = ports
    const type = options.body === 'json' ? 'application/json' : 'application/x-ndjson'
    const headers = { 'content-type': type, ...options.headers }
    this.#client = new HttpClient(options.url, { method: options.method, headers }, ports.timers)
  }

  async write(chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[]> {
    const { clock } = this.#ports
    const startedAt = clock.monotonic()
    for (let from = beginning; ;) {
      const slice = sliceFrom(chunks, from, this.#batchSize)
      if (slice.records === 0) return []
      const elapsed = clock.monotonic() - startedAt
      // A write that is cut off counts as not written at all; what comes back in time does not.
      if (elapsed > context.timeout / 2) return this.#postponed(chunks, slice, elapsed)
      const failures = await this.#writeSlice(chunks, slice, context)
      if (failures === 'too many') continue
      if (failures.length > 0) return failures
      from = slice.to
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close()
  }

  /** Returns what is not written of the slice, and then also all that follows; `too many` when fewer at a time may pass. */
  async #writeSlice(
    chunks: readonly Chunk[],
    slice: Slice,
    { signal }: WriteContext,
  ): Promise<readonly RecordFailure[] | 'too many'> {
    const { retryStatuses, timeout, batchSize } = this.#options
    const { bytes, stop } = formatLines(this.#writer, slice.chunks, this.#style, this.#ports.clock.wall())
    if (bytes.length > 0) {
      let answer: HttpAnswer
      try {
        answer = await this.#client.send(this.#body(bytes), { signal, timeout })
      } catch (error) {
        if (signal.aborted) throw error
        return unwritten(chunks, slice.from, error, { records: slice.records, isRetryable: true })
      }
      const { status, text: said } = answer
      if (status < 200 || status >= 300) {
        const isRetryable = retryStatuses.includes(status)
        if (!isRetryable && divisibleStatuses.includes(status) && slice.records > 1) {
          this.#batchSize = Math.ceil(slice.records / 2)
          return 'too many'
        }
        const error = streamingErrors.HTTP_REFUSED({ url: this.#client.shownUrl, status, answer: said })
        return unwritten(chunks, slice.from, error, { records: slice.records, isRetryable })
      }
      this.#batchSize = Math.min(batchSize, this.#batchSize * 2)
    }
    if (!stop) return []
    const place = placeInWrite(slice, stop.place)
    return unwritten(chunks, place, stop.error, { records: 1, isRetryable: false })
  }

  #body(lines: Buffer): Buffer {
    if (this.#options.body === 'ndjson') return lines
    const array = Buffer.concat([Buffer.from('['), lines])
    // Line ends separate the records, and the last one closes the array.
    for (let at = array.indexOf('\n'); at >= 0; at = array.indexOf('\n', at + 1)) array[at] = comma
    array[array.length - 1] = closingBracket
    return array
  }

  #postponed(chunks: readonly Chunk[], slice: Slice, elapsed: number): readonly RecordFailure[] {
    const error = streamingErrors.HTTP_SLOW({ url: this.#client.shownUrl, elapsed: Math.round(elapsed) })
    return unwritten(chunks, slice.from, error, { records: 0, isRetryable: true })
  }
}

/** A place in a slice as a place in the whole write. */
function placeInWrite({ from }: Slice, { chunk, entry }: ChunkPlace): ChunkPlace {
  return { chunk: from.chunk + chunk, entry }
}
