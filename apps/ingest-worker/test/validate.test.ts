import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { folderWith, ingest } from './support/ingest.ts'

const orders = `
pipeline: orders
coordination: { type: zookeeper, connect: "127.0.0.1:2181", root: /ringkeeper, sessionTimeout: 4s }   # or { type: memory }, for one process alone
source: { type: kafka, brokers: ["127.0.0.1:9092"], topics: [orders], group: orders-ingest, startFrom: earliest }
codec: json                      # bytes | text | json
route:
  key: key                       # the record's key, or a path into a decoded value such as value.customer
  targets:
    - { name: north, weight: 2, sink: { type: file, path: "out/{target}-{worker}.ndjson", format: envelope } }
    - { name: south, weight: 1, sink: { type: file, path: "out/{target}-{worker}.ndjson", format: envelope } }
deadLetters: { type: file, path: "out/dead-{worker}.ndjson" }
worker: { id: "\${WORKER_ID:-auto}", drainTimeout: 10s, commitInterval: 1s }
http: { host: 127.0.0.1, port: 0 }  # 0 picks one; the address is printed and in /status
`

const small = `
pipeline: small
source: { type: generate, records: 10 }
route: { targets: [{ name: all, sink: { type: stdout } }] }
`

async function validate(text: string, name = 'pipeline.yaml'): ReturnType<typeof ingest> {
  const folder = await folderWith({ [name]: text })
  return ingest('validate', join(folder, name))
}

afterEach(() => vi.unstubAllEnvs())

describe('ringkeeper-ingest validate', { timeout: 60_000 }, () => {
  it('accepts a whole pipeline on Kafka and ZooKeeper', async () => {
    const { code, out, err } = await validate(orders)
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out).toContain('is valid: pipeline orders, kafka -> north (file), south (file)')
  })

  it.each([
    [
      'pipeline.json',
      JSON.stringify({
        pipeline: 'p',
        source: { type: 'generate' },
        route: { targets: [{ name: 'a', sink: { type: 'stdout' } }] },
      }),
    ],
    [
      'pipeline.ts',
      `import { defineConfig, type PipelineInput } from '@ringkeeper/ingest-worker'
       const source: PipelineInput['source'] = { type: 'generate', records: 5 as number }
       export default defineConfig({ pipeline: 'p', source, route: { targets: [{ name: 'a', sink: { type: 'stdout' } }] } })`,
    ],
    [
      'pipeline.mjs',
      `export default async () => ({ pipeline: 'p', source: { type: 'generate' }, route: { targets: [{ name: 'a', sink: { type: 'stdout' } }] } })`,
    ],
  ])('accepts %s', async (name, text) => {
    expect(await validate(text, name)).toMatchObject({
      code: 0,
      out: expect.stringContaining('is valid: pipeline p') as string,
    })
  })

  it('ends with 78 and names path, value and what was expected', async () => {
    const { code, err } = await validate(`${small}worker: { drainTimeout: soon, comitInterval: 1s }\n`)
    expect(code).toBe(78)
    expect(err).toContain('RK_STREAMING_CONFIG_INVALID')
    expect(err).toContain('worker.drainTimeout is "soon": expected milliseconds, or a duration')
    expect(err).toContain('worker.comitInterval is "1s": there is no such option, did you mean commitInterval?')
  })

  it('names environment variables that are missing', async () => {
    const { code, err } = await validate(`${small}worker: { id: "\${NO_SUCH_VARIABLE}" }\n`)
    expect(code).toBe(78)
    expect(err).toContain('worker.id is "${NO_SUCH_VARIABLE}": the environment variable NO_SUCH_VARIABLE is not set')
  })

  it('reads numbers and truth values out of the environment where they are expected', async () => {
    vi.stubEnv('TEST_PORT', '8080')
    vi.stubEnv('TEST_ID', '42')
    expect(await validate(`${small}http: { port: "\${TEST_PORT}" }\nworker: { id: "\${TEST_ID}" }\n`)).toMatchObject({
      code: 0,
    })
  })

  it('refuses secrets in plain text and shows none', async () => {
    const kafka = orders.replace('group:', 'sasl: { mechanism: plain, username: u, password: hunter2 }, group:')
    const { code, err } = await validate(kafka)
    expect(code).toBe(78)
    expect(err).toContain('source.sasl.password is "[redacted]": a secret must not stand here in plain text')
    expect(err).not.toContain('hunter2')
  })

  it('shows no secret in problems of what stands around it', async () => {
    vi.stubEnv('TEST_PASSWORD', 'x'.repeat(100))
    const kafka = orders.replace(
      'group:',
      'sasl: { mechanism: plan, username: u, password: "${TEST_PASSWORD}" }, group:',
    )
    const { code, err } = await validate(kafka)
    expect(code).toBe(78)
    expect(err).toContain('source.sasl')
    expect(err).not.toContain('xxx')
  })

  it('refuses a session timeout that ZooKeeper would raise, as run does', async () => {
    const { code, err } = await validate(orders.replace('sessionTimeout: 4s', 'sessionTimeout: 3s'))
    expect(code).toBe(78)
    expect(err).toContain('coordination.sessionTimeout is 3000: expected at least two ticks of the server, 4000 ms')
  })

  it('says which plugin is missing', async () => {
    const { code, err } = await validate(`${small}plugins: [no-such-plugin]\n`)
    expect(code).toBe(78)
    expect(err).toContain('RK_STREAMING_PLUGIN_NOT_FOUND: the plugin "no-such-plugin" was not found')
  })

  it("takes a plugin's components, from a path beside the file, in TypeScript", async () => {
    const plugin = `
      import { definePlugin, defineSink } from '@ringkeeper/core'
      const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
      const capabilities = { ordered: true, idempotent: true, fenced: true }
      export default definePlugin({ name: 'acme', apiVersion: 1, components: [
        defineSink({ type: 'acme.void', schema, capabilities, create: () => ({ write: async () => {}, [Symbol.asyncDispose]: async () => {} }) }),
      ] })`
    const pipeline = `${small.replace('stdout', 'acme.void')}plugins: [./acme.ts]\n`
    const folder = await folderWith({ 'acme.ts': plugin, 'pipeline.yaml': pipeline })
    expect(await ingest('validate', join(folder, 'pipeline.yaml'))).toMatchObject({ code: 0 })
    const { out } = await ingest('schema', join(folder, 'pipeline.yaml'))
    expect(out).toContain('"acme.void"')
  })

  it.each([
    ['pipeline.yaml', 'a: [1', 'RK_INGEST_CONFIG_SYNTAX'],
    ['pipeline.yaml', 'a: 1\na: 2', 'RK_INGEST_CONFIG_SYNTAX'],
    ['pipeline.json', '{', 'RK_INGEST_CONFIG_SYNTAX'],
    ['pipeline.ts', 'export default {', 'RK_INGEST_CONFIG_SYNTAX'],
    ['pipeline.toml', '', 'RK_INGEST_CONFIG_KIND'],
    ['pipeline.mjs', 'export const config = {}', 'its default export must be the configuration'],
    ['pipeline.yaml', '# nothing yet', 'it is empty'],
    ['pipeline.yaml', 'text', 'RK_STREAMING_CONFIG_INVALID'],
  ])('refuses %s with content %j: %s', async (name, text, errorCode) => {
    const { code, err } = await validate(text, name)
    expect(code).toBe(78)
    expect(err).toContain(errorCode)
  })

  it('says that there is no such file', async () => {
    expect(await ingest('validate', '/nowhere/pipeline.yaml')).toMatchObject({
      code: 78,
      err: expect.stringContaining('RK_INGEST_CONFIG_UNREADABLE') as string,
    })
  })

  it('warns of what a configuration does not promise', async () => {
    const text = small.replace('targets:', 'key: value.customer, targets:').replace('route:', 'codec: json\nroute:')
    const { code, err } = await validate(text)
    expect(code).toBe(0)
    expect(err).toContain('in order only where it also decides the partition')
    expect(err).toContain('there are no deadLetters')
  })
})

describe('ringkeeper-ingest schema', () => {
  it('prints the JSON Schema with the components of Kafka and ZooKeeper', async () => {
    const { code, out } = await ingest('schema')
    expect(code).toBe(0)
    const { $defs } = JSON.parse(out) as {
      $defs: Record<string, { oneOf: { properties: Record<string, { const: string }> }[] }>
    }
    const types = (kind: string): unknown[] =>
      ($defs[kind]?.oneOf ?? []).map(({ properties }) => properties['type']?.const)
    expect(types('source')).toEqual(['generate', 'file', 'kafka'])
    expect(types('coordination')).toEqual(['memory', 'zookeeper'])
    expect(types('sink')).toContain('file')
  })
})

describe.each(['status', 'reset-config'])('ringkeeper-ingest %s', (command) => {
  it('says that coordination in memory has no fleet, as an error of the configuration', async () => {
    const folder = await folderWith({ 'pipeline.yaml': small })
    const { code, err } = await ingest(command, join(folder, 'pipeline.yaml'))
    expect(code).toBe(78)
    expect(err).toContain('RK_INGEST_NO_SHARED_FLEET')
  })
})
