import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ingest } from './support/ingest.ts'

/** Checks files against the printed schema, as an editor does. */
async function checker(): Promise<(file: unknown) => string[]> {
  const { code, out } = await ingest('schema')
  expect(code).toBe(0)
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(out) as object)
  return (file) => {
    validate(file)
    return (validate.errors ?? []).map(({ instancePath }) => instancePath)
  }
}

/** The YAML blocks of the README that are whole pipelines. */
async function pipelinesInReadme(): Promise<unknown[]> {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml]) => parse(yaml as string) as unknown)
}

describe('ringkeeper-ingest schema', { timeout: 60_000 }, () => {
  it('prints a JSON Schema that the pipelines of the README follow', async () => {
    const check = await checker()
    const pipelines = await pipelinesInReadme()
    expect(pipelines).toHaveLength(2)
    for (const pipeline of pipelines) expect(check(pipeline)).toEqual([])
  })

  it('knows the components of Kafka and ZooKeeper and their options', async () => {
    const check = await checker()
    const [, orders] = (await pipelinesInReadme()) as Record<string, object>[]
    expect(check({ ...orders, source: { ...orders?.['source'], grup: 'x' } })).toContain('/source')
    expect(check({ ...orders, coordination: { ...orders?.['coordination'], conect: 'x' } })).toContain('/coordination')
    expect(check({ ...orders, worker: { drainTimeout: 'soon' } })).toContain('/worker/drainTimeout')
  })

  it('lets ${ENV} stand for numbers, names and choices', async () => {
    const check = await checker()
    const [first] = (await pipelinesInReadme()) as Record<string, object>[]
    const env = { http: { port: '${PORT:-0}' }, worker: { weight: '${WEIGHT}', id: '${ID:-auto}' }, codec: '${CODEC}' }
    expect(check({ ...first, ...env })).toEqual([])
    expect(check({ ...first, http: { port: 'eighty' } })).toContain('/http/port')
  })
})
