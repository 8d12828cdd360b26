import { defineSink, type Sink, type SinkComponent } from '@ringkeeper/core'
import { z } from 'zod'
import { formatLines } from '../lines/format-lines.ts'
import { lineFailures } from '../lines/line-failures.ts'
import { LineWriter } from '../lines/line-writer.ts'
import { formatFor, lineFormat, type LineFormat } from '../lines/options.ts'

/** What the sink `stdout` prints. */
export interface StdoutSinkOptions {
  readonly format?: LineFormat | undefined
}

const stdoutSinkSchema: z.ZodType<StdoutSinkOptions> = z.strictObject({ format: lineFormat })

/** Prints a line for each record. */
export const stdoutSink: SinkComponent = defineSink<StdoutSinkOptions>({
  type: 'stdout',
  schema: stdoutSinkSchema,
  capabilities: { ordered: true, idempotent: false, fenced: false, retainsBytes: false },
  create: ({ format }, { target, codec, ports }): Sink => {
    const style = { format: formatFor(format, target), isJson: codec === 'json' }
    const writer = new LineWriter()
    return {
      write: async (chunks, { signal }) => {
        signal.throwIfAborted()
        const lines = formatLines(writer, chunks, style, ports.clock.wall())
        await print(lines.bytes)
        return lineFailures(chunks, lines)
      },
      [Symbol.asyncDispose]: async () => {},
    }
  },
})

function print(lines: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(lines, (error) => (error ? reject(error) : resolve()))
  })
}
