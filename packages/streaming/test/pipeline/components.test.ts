// What a program gets for a pipeline whose components do not come up, or come up too late.
import { deferred, definePlugin, defineSink, type Deferred, type Plugin, type Sink } from '@ringkeeper/core'
import { MemoryRecords, startPipeline, type PipelineInput, type TargetInput } from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

/** A sink that is ready when the test wants it to be. */
class SlowSink {
  readonly asked: Deferred<void> = deferred()
  readonly ready: Deferred<void> = deferred()
  readonly closed: Deferred<void> = deferred()
  isAskedFor = false
  readonly plugin: Plugin = definePlugin({
    name: 'slow',
    apiVersion: 1,
    components: [
      defineSink({
        type: 'slow',
        schema: z.strictObject({}),
        capabilities: { ordered: true, idempotent: true, fenced: false },
        create: async (): Promise<Sink> => {
          this.isAskedFor = true
          this.asked.resolve()
          await this.ready.promise
          return { write: async () => {}, [Symbol.asyncDispose]: async () => this.closed.resolve() }
        },
      }),
    ],
  })
}

const slow: TargetInput = { name: 'slow', sink: { type: 'slow' } }
const good: TargetInput = { name: 'good', sink: { type: 'memory', into: new MemoryRecords() } }

function pipelineWith(target: TargetInput, changes: Partial<PipelineInput> = {}): PipelineInput {
  return { pipeline: 'slow', source: { type: 'generate', rate: 100 }, route: { targets: [target] }, ...changes }
}

describe('a pipeline whose sink does not come up', () => {
  it('is not started any more when the signal aborts, and the sink is closed if it comes after all', async () => {
    const sink = new SlowSink()
    const stop = new AbortController()
    const starting = startPipeline(pipelineWith(slow), { plugins: [sink.plugin], signal: stop.signal })
    await sink.asked.promise
    stop.abort(new Error('stopped'))
    await expect(starting).rejects.toThrow('stopped')
    sink.ready.resolve()
    await sink.closed.promise
  })

  it('fails with the target and the option when it takes too long', async () => {
    const sink = new SlowSink()
    const input = pipelineWith(slow, { worker: { startTimeout: 30 } })
    await expect(startPipeline(input, { plugins: [sink.plugin] })).rejects.toMatchObject({
      code: 'RK_STREAMING_COMPONENT_TIMEOUT',
      message: expect.stringMatching(/the sink slow of target slow was not ready within 30 ms;.*worker\.startTimeout/),
    })
  })
})

describe('targets that are changed at the end', () => {
  it('are refused once the pipeline has stopped, and no sink is made', async () => {
    const sink = new SlowSink()
    const pipeline = await startPipeline(pipelineWith(good), { plugins: [sink.plugin] })
    await pipeline.stop()
    await expect(pipeline.setTargets([slow])).rejects.toMatchObject({ code: 'RK_STREAMING_PIPELINE_ENDED' })
    expect(sink.isAskedFor).toBe(false)
  })

  it('are refused when the pipeline stops while their sinks are made, and these are closed', async () => {
    const sink = new SlowSink()
    const pipeline = await startPipeline(pipelineWith(good), { plugins: [sink.plugin] })
    const changing = pipeline.setTargets([slow])
    changing.catch(() => {})
    await sink.asked.promise
    await pipeline.stop()
    sink.ready.resolve()
    await expect(changing).rejects.toMatchObject({ code: 'RK_STREAMING_PIPELINE_ENDED' })
    await sink.closed.promise
  })
})
