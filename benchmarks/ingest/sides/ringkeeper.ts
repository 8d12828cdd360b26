import { randomUUID } from 'node:crypto'
import {
  deferred,
  defineSink,
  definePlugin,
  RecordCursor,
  selectedCount,
  type Chunk,
  type Plugin,
  type Schema,
} from '@ringkeeper/core'
import { kafkaPlugin } from '@ringkeeper/kafka'
import { startPipeline, type ComponentInput } from '@ringkeeper/streaming'
import { settings, type Job, type Run } from '../settings.ts'

/** Reads, routes through the ring, acknowledges in a sink that does nothing, commits. */
export const read: Run = (job) => throughSink(job, () => {})

/** The same, and every key and value is looked at. */
export const readFields: Run = (job) => {
  let cursor: RecordCursor | undefined
  let sum = 0
  return throughSink(job, ({ batch, selection }) => {
    cursor ??= new RecordCursor(batch)
    for (let at = selection.start; at < selection.end; at += 1) {
      cursor.moveTo(selection.indices[at] as number, batch)
      sum += (cursor.key as Uint8Array).length + ((cursor.value as Uint8Array)[0] as number)
    }
    return sum
  })
}

/** Reads, routes through the ring to a topic for each target, commits. */
export const forward: Run = async (job) => {
  const sinks = (target: string): ComponentInput => ({
    type: 'kafka',
    brokers: [job.bootstrap],
    topic: job.outputs[target],
  })
  await using pipeline = await start(job, sinks, [])
  const written = (): number => pipeline.status().targets.reduce((sum, { records }) => sum + records, 0)
  // There is no need to look more often: what is done meanwhile is counted.
  while (written() < job.items) await new Promise((resolve) => setTimeout(resolve, 10))
  await pipeline.stop()
  return written()
}

/** One pipeline over several runs, each of which goes on to where `items` says. It is never stopped. */
export const readOn: Run = async (job) => {
  running ??= await begin(job, () => {})
  const before = running.seen()
  await running.until(job.items)
  return job.items - before
}

let running: Reading | undefined

/** A pipeline that reads into nothing. */
interface Reading {
  readonly seen: () => number
  readonly until: (records: number) => Promise<void>
  readonly stop: () => Promise<void>
}

async function throughSink(job: Job, look: (chunk: Chunk) => unknown): Promise<number> {
  const reading = await begin(job, look)
  await reading.until(job.items)
  await reading.stop()
  return reading.seen()
}

async function begin(job: Job, look: (chunk: Chunk) => unknown): Promise<Reading> {
  let wanted = Infinity
  let done = deferred()
  let seen = 0
  const sink = noop((chunk) => {
    look(chunk)
    seen += selectedCount(chunk.selection)
    if (seen >= wanted) done.resolve()
  })
  const pipeline = await start(job, () => ({ type: 'noop' }), [sink])
  return {
    seen: () => seen,
    until: async (records) => {
      wanted = records
      if (seen >= wanted) return
      done = deferred()
      await done.promise
    },
    stop: () => pipeline.stop(),
  }
}

function start(
  { bootstrap, topic }: Job,
  sink: (target: string) => ComponentInput,
  plugins: readonly Plugin[],
): ReturnType<typeof startPipeline> {
  const { targets, maxBytes, maxPartitionBytes, commitInterval } = settings
  const source = {
    type: 'kafka',
    brokers: [bootstrap],
    topics: [topic],
    group: `bench-${randomUUID()}`,
    maxBytes,
    maxPartitionBytes,
  }
  const route = { targets: targets.map((name) => ({ name, sink: sink(name) })) }
  return startPipeline(
    { pipeline: 'bench', source, route, worker: { commitInterval } },
    { plugins: [kafkaPlugin, ...plugins] },
  )
}

function noop(take: (chunk: Chunk) => void): Plugin {
  const anything: Schema = { '~standard': { version: 1, vendor: 'bench', validate: (value) => ({ value }) } }
  return definePlugin({
    name: 'noop',
    apiVersion: 1,
    components: [
      defineSink({
        type: 'noop',
        schema: anything,
        capabilities: { ordered: true, idempotent: true, fenced: false, retainsBytes: false },
        create: () => ({
          write: async (chunks) => {
            for (const chunk of chunks) take(chunk)
          },
          [Symbol.asyncDispose]: async () => {},
        }),
      }),
    ],
  })
}
