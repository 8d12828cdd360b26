import { describe, expect, it } from 'vitest'
import { resolveEnvironment } from '../../src/config/environment.ts'

const environment = { WORKER_ID: 'w7', EMPTY: '', SASL_PASSWORD: 's3cret', PORT: '8080' }

describe('${ENV} in a configuration', () => {
  it.each([
    ['${WORKER_ID}', 'w7'],
    ['a-${WORKER_ID}-b', 'a-w7-b'],
    ['${WORKER_ID:-auto}', 'w7'],
    ['${MISSING:-auto}', 'auto'],
    ['${EMPTY:-auto}', 'auto'],
    ['${MISSING:-}', ''],
    ['${EMPTY}', ''],
    ['$${WORKER_ID}', '${WORKER_ID}'],
    ['{target}-$1', '{target}-$1'],
  ])('%s becomes %s', (text, expected) => {
    const { config, problems } = resolveEnvironment({ deep: [{ text }] }, environment)
    expect(config).toEqual({ deep: [{ text: expected }] })
    expect(problems).toEqual([])
  })

  it('is a problem that names the variable when it is not set', () => {
    const { problems } = resolveEnvironment({ source: { brokers: ['${BROKER}'] } }, environment)
    expect(problems).toMatchObject([{ path: 'source.brokers[0]', value: '${BROKER}' }])
    expect(problems[0]?.message).toContain('BROKER is not set')
  })

  it('leaves everything else as it is', () => {
    const into = new Map()
    const config = { a: 1, b: true, c: null, into }
    expect(resolveEnvironment(config, environment).config).toEqual(config)
    expect((resolveEnvironment(config, environment).config as typeof config).into).toBe(into)
  })

  it('remembers which places came from the environment as a whole', () => {
    const { fromEnvironment } = resolveEnvironment({ http: { port: '${PORT}', host: 'a${WORKER_ID}' } }, environment)
    expect([...fromEnvironment]).toEqual(['http.port'])
  })
})

describe('secrets in a configuration', () => {
  it.each([
    { source: { sasl: { password: 'hunter2' } } },
    { source: { sasl: { password: 12345678 } } },
    { source: { ssl: { key: '-----BEGIN PRIVATE KEY-----' } } },
    { coordination: { auth: [{ scheme: 'digest', credentials: 'user:hunter2' }] } },
    { sink: { headers: { Authorization: 'Bearer hunter2' } } },
    { sink: { headers: { 'X-Api-Key': 'hunter2' } } },
    { sink: { url: 'https://user:hunter2@example.org/in' } },
    { source: { sasl: { password: '${SASL_PASSWORD:-hunter2}' } } },
  ])('are refused in plain text: %j', (config) => {
    const { problems } = resolveEnvironment(config, environment)
    expect(problems).toHaveLength(1)
    expect(JSON.stringify(problems)).not.toContain('hunter2')
  })

  it.each([
    { source: { sasl: { password: '${SASL_PASSWORD}' } } },
    { sink: { headers: { authorization: 'Bearer ${SASL_PASSWORD}' } } },
    { sink: { url: 'https://user:${SASL_PASSWORD}@example.org/in' } },
    { sink: { headers: { 'x-team': '${SASL_PASSWORD}' } } },
  ])('come from the environment and are remembered: %j', (config) => {
    const { problems, secrets } = resolveEnvironment(config, environment)
    expect(problems).toEqual([])
    expect(secrets).toContain('s3cret')
  })

  it('do not make a secret of what only looks a little like one', () => {
    const config = { source: { key: 'id', group: 'tokens', partitionKey: 'a' }, route: { key: 'key' } }
    expect(resolveEnvironment(config, environment)).toMatchObject({ problems: [], secrets: new Set() })
  })
})
