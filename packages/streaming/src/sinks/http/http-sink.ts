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
import { slices, type Slice } from './slices.ts'

/** Sends records to a web server, many in a request. */
export const httpSink: SinkComponent = defineSink<HttpSinkOptions>({
  type: 'http',
  schema: httpSinkSchema,
  capabilities: { ordered: true, idempotent: false, fenced: false, retainsBytes: false },
  create: (options, context) => new HttpSink(options, context),
})

const comma = 0x2c
const closingBracket = 0x5d

class HttpSink implements Sink {
  readonly #options: HttpSinkOptions
  readonly #style: LineStyle
  readonly #ports: Ports
  readonly #client: HttpClient
  readonly #writer = new LineWriter()

  constructor(options: HttpSinkOptions, { target, codec, ports }: SinkContext) {
    this.#options = options
    this.#style = { format: formatFor(options.format, target), isJson: codec === 'json' }
    this.#ports = ports
    const type = options.body === 'json' ? 'application/json' : 'application/x-ndjson'
    const headers = { 'content-type': type, ...options.headers }
    this.#client = new HttpClient(options.url, { method: options.method, headers }, ports.timers)
  }

  async write(chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[]> {
    const { clock } = this.#ports
    const startedAt = clock.monotonic()
    for (const slice of slices(chunks, this.#options.batchSize)) {
      const elapsed = clock.monotonic() - startedAt
      // A write that is cut off counts as not written at all; what comes back in time does not.
      if (elapsed > context.timeout / 2) return this.#postponed(chunks, slice, elapsed)
      const failures = await this.#writeSlice(chunks, slice, context)
      if (failures.length > 0) return failures
    }
    return []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close()
  }

  /** Returns what is not written of the slice, and then also all that follows. */
  async #writeSlice(
    chunks: readonly Chunk[],
    slice: Slice,
    { signal }: WriteContext,
  ): Promise<readonly RecordFailure[]> {
    const { retryStatuses, timeout } = this.#options
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
        const error = streamingErrors.HTTP_REFUSED({ url: this.#client.shownUrl, status, answer: said })
        const isRetryable = retryStatuses.includes(status)
        return unwritten(chunks, slice.from, error, { records: slice.records, isRetryable })
      }
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
