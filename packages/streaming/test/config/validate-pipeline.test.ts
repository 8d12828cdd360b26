import { isRingkeeperError } from '@ringkeeper/core'
import {
  builtInPlugin,
  PluginRegistry,
  validatePipeline,
  type ConfigProblem,
  type PipelineInput,
} from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'

const registry = new PluginRegistry([builtInPlugin])

const minimal: PipelineInput = {
  pipeline: 'orders',
  source: { type: 'generate' },
  route: { targets: [{ name: 'north', sink: { type: 'memory' } }] },
}

async function problemsOf(input: unknown): Promise<readonly ConfigProblem[]> {
  try {
    await validatePipeline(input, registry)
    return []
  } catch (error) {
    if (!isRingkeeperError(error, 'RK_STREAMING_CONFIG_INVALID')) throw error
    return (error.data as { problems: ConfigProblem[] }).problems
  }
}

describe('a pipeline file', () => {
  it('gets defaults for all that it leaves out', async () => {
    const config = await validatePipeline(minimal, registry)
    expect(config.coordination).toEqual({
      type: 'memory',
      options: {},
      root: '/ringkeeper',
      sessionTimeout: 10_000,
      serverTick: undefined,
    })
    expect(config.worker).toMatchObject({ id: 'auto', commitInterval: 1000, writeTimeout: 2500 })
    expect(config.route.targets[0]?.onError).toEqual({
      retry: { initial: 100, max: 10_000, factor: 2 },
      maxAttempts: Number.POSITIVE_INFINITY,
      then: 'block',
    })
  })

  it('takes durations and sizes as text or as numbers', async () => {
    const worker = { drainTimeout: '1.5m', commitInterval: 250, maxBytesInFlight: '2MiB' }
    const config = await validatePipeline({ ...minimal, worker }, registry)
    expect(config.worker).toMatchObject({ drainTimeout: 90_000, commitInterval: 250, maxBytesInFlight: 2_097_152 })
  })

  it('takes backoff as the name of the default retries', async () => {
    const targets = [
      { name: 'a', sink: { type: 'memory' }, onError: { retry: 'backoff', then: 'drop', maxAttempts: 3 } },
    ]
    const config = await validatePipeline({ ...minimal, route: { targets } }, registry)
    expect(config.route.targets[0]?.onError).toMatchObject({ retry: { initial: 100 }, maxAttempts: 3, then: 'drop' })
  })

  it('is refused for an unknown option, with the nearest known name', async () => {
    const problems = await problemsOf({ ...minimal, worker: { drainTimeot: '4s' } })
    expect(problems).toEqual([
      {
        path: 'worker.drainTimeot',
        value: '4s',
        message: expect.stringContaining('did you mean drainTimeout?') as string,
      },
    ])
  })

  it("is refused for an unknown option of a component, by that component's own schema", async () => {
    const problems = await problemsOf({ ...minimal, source: { type: 'generate', record: 5 } })
    expect(problems).toMatchObject([{ path: 'source.record', value: 5 }])
    expect(problems[0]?.message).toContain('did you mean records?')
  })

  it('is refused for an unknown option of the coordination, naming the common ones too', async () => {
    const problems = await problemsOf({ ...minimal, coordination: { type: 'memory', sesionTimeout: '4s' } })
    expect(problems[0]).toMatchObject({ path: 'coordination.sesionTimeout' })
    expect(problems[0]?.message).toContain('did you mean sessionTimeout?')
  })

  it('is refused for a type that no plugin has, with the nearest one', async () => {
    const problems = await problemsOf({ ...minimal, source: { type: 'genrate' }, codec: 'jsn' })
    expect(problems).toMatchObject([
      { path: 'source.type', value: 'genrate' },
      { path: 'codec', value: 'jsn' },
    ])
    expect(problems[0]?.message).toContain('did you mean generate?')
  })

  it('tells all its problems at once, each with path, value and expectation', async () => {
    const error: unknown = await validatePipeline(
      {
        pipeline: 'has space',
        source: { type: 'file' },
        route: { key: 'customer', targets: [{ name: 'a', weight: -1, sink: { type: 'http', url: 'nowhere' } }] },
        codec: 'jsn',
        worker: { drainTimeout: '10 seconds', commitInterval: 0 },
      },
      registry,
    ).catch((thrown: unknown) => thrown)
    const { message } = error as Error
    expect(message).toContain('pipeline is "has space": expected a name')
    expect(message).toContain('route.key is "customer": expected key (the record\'s key)')
    expect(message).toContain('route.targets[0].weight is -1')
    expect(message).toContain('worker.drainTimeout is "10 seconds": expected milliseconds, or a duration such as')
    expect(message).toContain('worker.commitInterval is 0: expected at least 1 ms')
    expect(message).toContain('codec is "jsn": no plugin has such a codec, did you mean json?')
    expect(message).toContain('source.path: missing; expected a path')
    expect(message).toContain('route.targets[0].sink.url is "nowhere": expected a URL')
  })

  it.each([
    ['two targets of one name', { targets: ['a', 'a'] }, 'route.targets[1].name'],
    ['a target by the name of the sink for dead letters', { targets: ['dead-letters'] }, 'route.targets[0].name'],
    ['dead letters without a sink for them', { then: 'deadLetter' }, 'route.targets[0].onError.then'],
    ['a write that outlives the lease', { writeTimeout: 5000 }, 'worker.writeTimeout'],
    ['a path into values that have no fields', { key: 'value.customer' }, 'route.key'],
    ['targets without any weight', { weight: 0 }, 'route.targets'],
  ])('is refused for %s', async (_, change, path) => {
    const {
      targets = ['a'],
      then,
      writeTimeout,
      key,
      weight,
    } = change as Record<string, never> & { targets?: string[] }
    const problems = await problemsOf({
      ...minimal,
      route: {
        ...(key !== undefined && { key }),
        targets: targets.map((name) => ({
          name,
          sink: { type: 'memory' },
          ...(weight !== undefined && { weight }),
          ...(then !== undefined && { onError: { then } }),
        })),
      },
      ...(writeTimeout !== undefined && { worker: { writeTimeout } }),
    })
    expect(problems).toMatchObject([{ path }])
  })

  it('is refused for a session timeout below two ticks, which the server would raise', async () => {
    const coordination = { type: 'memory', sessionTimeout: '5s', serverTick: '3s' }
    const problems = await problemsOf({ ...minimal, coordination })
    expect(problems).toMatchObject([{ path: 'coordination.sessionTimeout', value: 5000 }])
    expect(problems[0]?.message).toContain('two ticks of the server, 6000 ms')
    expect(await problemsOf({ ...minimal, coordination: { ...coordination, serverTick: '2.5s' } })).toEqual([])
  })

  it('is refused for a session timeout below two of the usual ticks where the server is ZooKeeper', async () => {
    const memory = builtInPlugin.components.find(({ kind, type }) => kind === 'coordinator' && type === 'memory')!
    const named = ['zookeeper', 'acme'].map((type) => ({ ...memory, type }))
    const servers = new PluginRegistry([builtInPlugin, { name: 'servers', apiVersion: 1, components: named }])
    const validated = (type: string): Promise<unknown> =>
      validatePipeline({ ...minimal, coordination: { type, sessionTimeout: '3s' } }, servers)
    await expect(validated('zookeeper')).rejects.toThrow('two ticks of the server, 4000 ms')
    // What another server does is not known.
    await validated('acme')
  })

  it.each([undefined, null, 5, 'text', [], {}])('is refused when it is %j', async (input) => {
    expect((await problemsOf(input)).length).toBeGreaterThan(0)
  })
})
