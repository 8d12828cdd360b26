import { RecordBatch, systemPorts, type Chunk } from '@ringkeeper/core'
import { KafkaSink, sinkSchema } from '@ringkeeper/kafka'
import { settings } from './settings.ts'

/** Fills a topic with records of the size and keys that all sides read, through our own sink. */
export async function fill(bootstrap: string, topic: string, records: number): Promise<void> {
  const { step } = settings
  await using sink = new KafkaSink(sinkSchema.parse({ brokers: [bootstrap], topic }), { ports: systemPorts() })
  for (let from = 0; from < records; from += step) {
    let rest = chunk(from, Math.min(step, records - from))
    while (rest.selection.end > 0) {
      const failures = await sink.write([rest], { signal: AbortSignal.timeout(60_000), timeout: 60_000 })
      const indices = Uint32Array.from(failures, ({ index }) => index)
      rest = { ...rest, selection: { indices, start: 0, end: indices.length } }
      // A topic that was just made may not have its leaders yet.
      if (indices.length > 0) await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

function chunk(from: number, length: number): Chunk {
  const { keys, valueBytes } = settings
  const size = 16 + valueBytes
  const bytes = Buffer.alloc(length * size, 'abcdefghijklmnopqrstuvwxyz0123456789')
  const column = (value: (row: number) => number): Int32Array => Int32Array.from({ length }, (_, row) => value(row))
  for (let row = 0; row < length; row += 1)
    bytes.write(`customer-${((from + row) * 7919) % keys}`.padEnd(16), row * size)
  const none = new Int32Array(length).fill(-1)
  const now = Date.now()
  const batch = new RecordBatch({
    topic: 'fixture',
    partition: 0,
    length,
    nextOffset: from + length,
    bytes,
    keyStart: column((row) => row * size),
    keyEnd: column((row) => row * size + 16),
    valueStart: column((row) => row * size + 16),
    valueEnd: column((row) => (row + 1) * size),
    headersStart: none,
    headersEnd: none,
    offsets: Float64Array.from({ length }, (_, row) => from + row),
    timestamps: new Float64Array(length).fill(now),
  })
  const indices = Uint32Array.from({ length }, (_, row) => row)
  return { batch, selection: { indices, start: 0, end: length }, fence: { worker: 'fixture', token: 0n } }
}
