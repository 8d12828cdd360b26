import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { memory } from '@ringkeeper/coordination'
import { deferred, definePlugin, defineSink, silentLogger } from '@ringkeeper/core'
import { MemoryRecords, startPipeline, type MemoryRecord, type PipelineInput } from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../support/components.ts'

async function example(into: MemoryRecords, changes: Partial<PipelineInput> = {}): Promise<PipelineInput> {
  return {
    pipeline: 'example',
    coordination: { type: 'memory', positions: join(await temporaryFolder(), 'positions.json') },
    source: { type: 'generate', records: 10_000, keys: 500 },
    codec: 'json',
    route: {
      targets: [
        { name: 'north', weight: 2, sink: { type: 'memory', into } },
        { name: 'south', sink: { type: 'memory', into } },
      ],
    },
    worker: { id: 'w1' },
    ...changes,
  }
}

const place = ({ partition, offset }: MemoryRecord): string => `${partition}/${offset}`

describe('a pipeline of one worker', { timeout: 30_000 }, () => {
  it('ends by itself when a bounded source is read to its end, with every record written once', async () => {
    const into = new MemoryRecords()
    const pipeline = await startPipeline(await example(into))
    await pipeline.done
    expect(into.records).toHaveLength(10_000)
    expect(new Set(into.records.map(place)).size).toBe(10_000)
  })

  it('sends each key to one target, in its order', async () => {
    const into = new MemoryRecords()
    await (
      await startPipeline(await example(into))
    ).done
    const last = new Map<string, MemoryRecord>()
    for (const record of into.records) {
      const before = last.get(record.key ?? '')
      if (before) {
        expect(record.target).toBe(before.target)
        expect(record.offset).toBeGreaterThan(before.offset)
      }
      last.set(record.key ?? '', record)
    }
    expect(new Set([...last.values()].map(({ target }) => target)).size).toBe(2)
  })

  it('goes on where an earlier run has stopped', async () => {
    const into = new MemoryRecords()
    const config = await example(into, { source: { type: 'generate', records: 20_000, rate: 10_000 } })
    const first = await startPipeline(config)
    await into.until((records) => records.length > 1000)
    await first.stop()
    expect(into.records.length).toBeLessThan(20_000)
    const second = await startPipeline({ ...config, source: { type: 'generate', records: 20_000 } })
    await second.done
    expect(into.records).toHaveLength(20_000)
    expect(new Set(into.records.map(place)).size).toBe(20_000)
  })

  it('removes a sink that is down while an earlier change of targets still waits for it', async () => {
    const into = new MemoryRecords()
    const [tried, changed] = [deferred(), deferred()]
    const down = defineSink({
      type: 'down',
      schema: z.strictObject({}),
      capabilities: { ordered: true, idempotent: true, fenced: false },
      create: () => ({
        write: async () => {
          tried.resolve()
          await changed.promise
          throw new Error('down')
        },
        [Symbol.asyncDispose]: async () => {},
      }),
    })
    const south = { name: 'south', sink: { type: 'down' } }
    const north = { name: 'north', sink: { type: 'memory', into } }
    const config = await example(into, { route: { targets: [north, south], flipDeadline: 10 } })
    const plugins = [definePlugin({ name: 'down', apiVersion: 1, components: [down] })]
    const pipeline = await startPipeline(config, { plugins })
    await tried.promise
    const first = pipeline.setTargets([{ ...north, weight: 0.5 }, south])
    const second = pipeline.setTargets([north])
    // The first change finds the write of the sink under way.
    setImmediate(() => changed.resolve())
    await second
    await first
    await pipeline.done
    expect(new Set(into.records.map(place)).size).toBe(10_000)
  })

  it('stops when its signal aborts', async () => {
    const into = new MemoryRecords()
    const stop = new AbortController()
    const config = await example(into, { source: { type: 'generate', rate: 10_000 } })
    const pipeline = await startPipeline(config, { signal: stop.signal })
    await into.until((records) => records.length > 0)
    stop.abort()
    await expect(pipeline.done).resolves.toBeUndefined()
  })

  it('shows what it does', async () => {
    const into = new MemoryRecords()
    const config = await example(into, { source: { type: 'generate', shards: 3, rate: 10_000 } })
    await using pipeline = await startPipeline(config, { address: 'http://127.0.0.1:1' })
    await into.until((records) => records.length > 100)
    const status = pipeline.status()
    expect(status).toMatchObject({
      pipeline: 'example',
      worker: 'w1',
      fleet: { isJoined: true, isLeader: true, leaderId: 'w1', members: [{ id: 'w1', http: 'http://127.0.0.1:1' }] },
      targets: [{ name: 'north' }, { name: 'south' }],
    })
    expect(status.shards.map(({ shard }) => shard.partition)).toEqual([0, 1, 2])
    expect(status.shards.every(({ token }) => token !== undefined)).toBe(true)
    expect(status.shards.some(({ progress }) => (progress?.records ?? 0) > 0)).toBe(true)
  })

  it('writes envelopes to files, and malformed records with their place to the dead letters', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'in.ndjson'), '{"id":"a","n":1}\nnot json\n{"id":"b"}\n')
    const pipeline = await startPipeline(
      await example(new MemoryRecords(), {
        source: { type: 'file', path: join(folder, '*.ndjson'), key: 'id' },
        route: {
          targets: [{ name: 'all', sink: { type: 'file', path: join(folder, 'out', '{target}-{worker}.json') } }],
        },
        deadLetters: { type: 'file', path: join(folder, 'out', 'dead-{worker}.json') },
      }),
    )
    await pipeline.done
    const linesOf = async (name: string): Promise<unknown[]> =>
      (await readFile(join(folder, 'out', name), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown)
    const topic = join(folder, 'in.ndjson')
    expect(await linesOf('all-w1.json')).toMatchObject([
      { topic, partition: 0, offset: 0, key: 'a', value: { id: 'a', n: 1 }, worker: 'w1', token: expect.any(String) },
      { topic, offset: 26, key: 'b', value: { id: 'b' } },
    ])
    expect(await linesOf('dead-w1.json')).toMatchObject([
      {
        topic,
        partition: 0,
        offset: 17,
        key: null,
        value: 'not json',
        error: { code: 'RK_STREAMING_MALFORMED_RECORD' },
        attempts: 0,
        worker: 'w1',
      },
    ])
  })

  it('does not go past a malformed record without a place for it', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'in.ndjson'), '1\nnot json\n2\n')
    const source = { type: 'file', path: join(folder, 'in.ndjson') }
    const pipeline = await startPipeline(await example(new MemoryRecords(), { source }))
    await expect(pipeline.done).rejects.toMatchObject({ code: 'RK_STREAMING_MALFORMED_RECORD' })
  })

  it('goes on at such a record when it starts again, and writes nothing twice', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'in.ndjson')
    await writeFile(path, '1\nnot json\n2\n')
    const into = new MemoryRecords()
    const config = await example(into, { source: { type: 'file', path } })
    for (let start = 0; start < 3; start += 1) {
      const pipeline = await startPipeline(config)
      await expect(pipeline.done).rejects.toMatchObject({ data: { offset: 2 } })
    }
    expect(into.records.map(({ offset }) => offset)).toEqual([0])
    const withDeadLetters = { ...config, deadLetters: { type: 'memory', into: new MemoryRecords() } }
    await (
      await startPipeline(withDeadLetters)
    ).done
    expect(into.records.map(({ offset }) => offset)).toEqual([0, 11])
  })

  it('takes other targets while it runs', async () => {
    const into = new MemoryRecords()
    const config = await example(into, { source: { type: 'generate', rate: 20_000 } })
    await using pipeline = await startPipeline(config)
    await into.until((records) => records.length > 0)
    await pipeline.setTargets([{ name: 'east', sink: { type: 'memory', into } }])
    const from = into.records.length
    await into.until((records) => records.length > from + 100)
    expect(new Set(into.records.slice(from).map(({ target }) => target))).toEqual(new Set(['east']))
    expect(pipeline.status().targets.map(({ name }) => name)).toEqual(['east'])
    await expect(pipeline.setTargets([])).rejects.toMatchObject({ code: 'RK_STREAMING_CONFIG_INVALID' })
  })

  it('gives up waiting for a sink that never settles when its time is over, and says so', async () => {
    const writing = deferred()
    const write = (): Promise<never> => {
      writing.resolve()
      return new Promise(() => {})
    }
    const stuck = definePlugin({
      name: 'stuck',
      apiVersion: 1,
      components: [
        defineSink<object>({
          type: 'stuck',
          schema: z.strictObject({}),
          capabilities: { ordered: true, idempotent: false, fenced: false },
          create: () => ({ write, [Symbol.asyncDispose]: async () => {} }),
        }),
      ],
    })
    const route = { targets: [{ name: 'all', sink: { type: 'stuck' } }] }
    const config = await example(new MemoryRecords(), { route, worker: { drainTimeout: 20 } })
    const warnings: object[] = []
    const logger = {
      ...silentLogger,
      warn: (message: string, data?: object) => void warnings.push({ message, ...data }),
    }
    const pipeline = await startPipeline(config, { plugins: [stuck], ports: { logger } })
    await writing.promise
    void pipeline.stop().catch(() => {})
    await expect(pipeline.stop({ timeout: 100 })).rejects.toMatchObject({ code: 'RK_STREAMING_LEAVE_UNFINISHED' })
    const message = expect.stringContaining('the drain of a shard was cut off')
    expect(warnings).toContainEqual({ message, shard: 'generate/0', position: 0 })
  })

  it('says what is wrong with its configuration before anything is opened', async () => {
    const config = await example(new MemoryRecords(), { codec: 'jsn' })
    await expect(startPipeline(config)).rejects.toMatchObject({ code: 'RK_STREAMING_CONFIG_INVALID' })
    await expect(startPipeline({ ...config, plugins: ['./none.js'] })).rejects.toMatchObject({
      code: 'RK_STREAMING_PLUGIN_NOT_FOUND',
    })
  })
})

describe('a fleet in one process', { timeout: 30_000 }, () => {
  it('shares the shards of a pipeline out, and hands them over when a worker stops', async () => {
    const into = new MemoryRecords()
    const coordinator = memory()
    const config = await example(into, { source: { type: 'generate', shards: 6, records: 20_000, rate: 20_000 } })
    const start = (id: string): ReturnType<typeof startPipeline> =>
      startPipeline({ ...config, worker: { id } }, { coordinator })
    const [one, two] = [await start('one'), await start('two')]
    const workers = new Set<string>()
    await into.until((records) => workers.add(records.at(-1)?.worker ?? '').size > 2)
    await one.stop()
    await two.done
    expect(new Set(into.records.map(place)).size).toBe(20_000)
    expect(into.records).toHaveLength(20_000)
  })
})
