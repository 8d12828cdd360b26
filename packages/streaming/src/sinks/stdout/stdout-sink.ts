import { defineSink, type Sink, type SinkComponent } from '@ringkeeper/core'
import { z } from 'zod'
import { formatLines } from '../lines/format-lines.ts'
import { lineFailures } from '../lines/line-failures.ts'
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
    return {
      write: async (chunks, { signal }) => {
        signal.throwIfAborted()
        const lines = formatLines(chunks, style, ports.clock.wall())
        await print(lines.text)
        return lineFailures(chunks, lines)
      },
      [Symbol.asyncDispose]: async () => {},
    }
  },
})

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
