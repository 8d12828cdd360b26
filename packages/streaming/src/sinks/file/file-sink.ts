import {
  defineSink,
  messageOf,
  type Chunk,
  type Clock,
  type RecordFailure,
  type Sink,
  type SinkComponent,
  type WriteContext,
} from '@ringkeeper/core'
import { z } from 'zod'
import { streamingErrors } from '../../errors.ts'
import { writeInSlices } from '../in-slices.ts'
import { formatLines, type LineStyle } from '../lines/format-lines.ts'
import { lineFailures } from '../lines/line-failures.ts'
import { LineWriter } from '../lines/line-writer.ts'
import { formatFor, lineFormat, type LineFormat } from '../lines/options.ts'
import { beginning, sliceFrom, type Slice } from '../slice.ts'
import { unwritten } from '../unwritten.ts'
import { AppendFile } from './append-file.ts'

/** Records that become lines in one go, a few milliseconds of work: meanwhile nothing else of the worker goes on. */
const SLICE = 4096

/** Where the sink `file` writes. */
export interface FileSinkOptions {
  /** A path; `{target}` and `{worker}` in it are replaced. Folders are created, the file is appended to. */
  readonly path: string
  readonly format?: LineFormat | undefined
  /** Whether each part of a write waits until the disk has it; false by default: then it survives a crash of the process only. */
  readonly fsync: boolean
}

const fileSinkSchema: z.ZodType<FileSinkOptions> = z.strictObject({
  path: z.string().min(1).meta({ description: '{target} and {worker} are replaced' }),
  format: lineFormat,
  fsync: z.boolean().default(false),
})

/** Appends a line for each record to a file. */
export const fileSink: SinkComponent = defineSink<FileSinkOptions>({
  type: 'file',
  schema: fileSinkSchema,
  capabilities: { ordered: true, idempotent: false, fenced: false, retainsBytes: false },
  create: async ({ path, format, fsync }, { target, worker, codec, ports }) => {
    const file = path.replaceAll('{target}', target).replaceAll('{worker}', worker)
    const style = { format: formatFor(format, target), isJson: codec === 'json' }
    return new FileSink(file, await openFile(file, { fsync }, target), style, ports.clock)
  },
})

async function openFile(path: string, options: { readonly fsync: boolean }, target: string): Promise<AppendFile> {
  try {
    return await AppendFile.open(path, options)
  } catch (cause) {
    throw streamingErrors.FILE_UNUSABLE({ target, path, reason: messageOf(cause) }, { cause })
  }
}

class FileSink implements Sink {
  readonly #path: string
  readonly #file: AppendFile
  readonly #style: LineStyle
  readonly #clock: Clock
  readonly #writer = new LineWriter()

  constructor(path: string, file: AppendFile, style: LineStyle, clock: Clock) {
    this.#path = path
    this.#file = file
    this.#style = style
    this.#clock = clock
  }

  write(chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[]> {
    return writeInSlices(chunks, context, {
      clock: this.#clock,
      size: () => SLICE,
      write: (slice) => this.#append(chunks, slice),
      slow: (elapsed) => streamingErrors.FILE_SLOW({ path: this.#path, elapsed }),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  /** Once begun, this cannot be taken back and is not long: it is waited for. */
  async #append(chunks: readonly Chunk[], slice: Slice): Promise<readonly RecordFailure[]> {
    const lines = formatLines(this.#writer, slice.chunks, this.#style, this.#clock.wall())
    const broken = await this.#file.append(lines.bytes)
    if (broken) {
      // None of the write counts as in the file: a target whose sink rejects a write counts as down.
      if (slice.from === beginning && broken.lines === 0) throw broken.error
      const { to: rest } = sliceFrom(chunks, slice.from, broken.lines)
      return unwritten(chunks, rest, broken.error, { records: lines.count - broken.lines, isRetryable: true })
    }
    return lineFailures(chunks, lines, slice.from)
  }
}
