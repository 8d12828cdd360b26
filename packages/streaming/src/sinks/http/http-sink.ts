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
import { writeInSlices } from '../in-slices.ts'
import { lineFailures } from '../lines/line-failures.ts'
import type { Slice } from '../slice.ts'
import { unwritten } from '../unwritten.ts'
import { HttpClient, type HttpAnswer } from './http-client.ts'
import { httpSinkSchema, type HttpSinkOptions } from './options.ts'

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

  write(chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[]> {
    return writeInSlices(chunks, context, {
      clock: this.#ports.clock,
      size: () => this.#batchSize,
      write: (slice) => this.#writeSlice(chunks, slice, context),
      slow: (elapsed) => streamingErrors.HTTP_SLOW({ url: this.#client.shownUrl, elapsed }),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close()
  }

  async #writeSlice(
    chunks: readonly Chunk[],
    slice: Slice,
    { signal }: WriteContext,
  ): Promise<readonly RecordFailure[] | 'too many'> {
    const { retryStatuses, timeout, batchSize } = this.#options
    const lines = formatLines(this.#writer, slice.chunks, this.#style, this.#ports.clock.wall())
    if (lines.bytes.length > 0) {
      let answer: HttpAnswer
      try {
        answer = await this.#client.send(this.#body(lines.bytes), { signal, timeout })
      } catch (error) {
        if (signal.aborted) throw error
        return unwritten(chunks, slice.from, error, { records: lines.count, isRetryable: true })
      }
      const { status, text: said } = answer
      if (status < 200 || status >= 300) {
        const isRetryable = retryStatuses.includes(status)
        if (!isRetryable && divisibleStatuses.includes(status) && slice.records > 1) {
          this.#batchSize = Math.ceil(slice.records / 2)
          return 'too many'
        }
        const error = streamingErrors.HTTP_REFUSED({ url: this.#client.shownUrl, status, answer: said })
        return unwritten(chunks, slice.from, error, { records: lines.count, isRetryable })
      }
      this.#batchSize = Math.min(batchSize, this.#batchSize * 2)
    }
    return lineFailures(chunks, lines, slice.from)
  }

  #body(lines: Buffer): Buffer {
    if (this.#options.body === 'ndjson') return lines
    const array = Buffer.concat([Buffer.from('['), lines])
    // Line ends separate the records, and the last one closes the array.
    for (let at = array.indexOf('\n'); at >= 0; at = array.indexOf('\n', at + 1)) array[at] = comma
    array[array.length - 1] = closingBracket
    return array
  }
}
