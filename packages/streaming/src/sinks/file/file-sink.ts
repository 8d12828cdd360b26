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
import { formatLines, type LineStyle } from '../lines/format-lines.ts'
import { lineFailures } from '../lines/line-failures.ts'
import { LineWriter } from '../lines/line-writer.ts'
import { formatFor, lineFormat, type LineFormat } from '../lines/options.ts'
import { AppendFile } from './append-file.ts'

/** Where the sink `file` writes. */
export interface FileSinkOptions {
  /** A path; `{target}` and `{worker}` in it are replaced. Folders are created, the file is appended to. */
  readonly path: string
  readonly format?: LineFormat | undefined
  /** Whether each write waits until the disk has it; false by default: then it survives a crash of the process only. */
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
    return new FileSink(await openFile(file, { fsync }, target), style, ports.clock)
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
  readonly #file: AppendFile
  readonly #style: LineStyle
  readonly #clock: Clock
  readonly #writer = new LineWriter()

  constructor(file: AppendFile, style: LineStyle, clock: Clock) {
    this.#file = file
    this.#style = style
    this.#clock = clock
  }

  async write(chunks: readonly Chunk[], { signal }: WriteContext): Promise<readonly RecordFailure[]> {
    // Once begun, a write to a file cannot be taken back and is not long: it is waited for.
    signal.throwIfAborted()
    const lines = formatLines(this.#writer, chunks, this.#style, this.#clock.wall())
    await this.#file.append(lines.bytes)
    return lineFailures(chunks, lines)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
