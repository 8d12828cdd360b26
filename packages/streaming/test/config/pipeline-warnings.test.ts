// Rule 27 of the protocol: order per key is promised only where the key decides the partition.
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ComponentConfig } from '../../src/config/pipeline-config.ts'
import { pipelineWarnings } from '../../src/config/pipeline-warnings.ts'

const deadLetters = { type: 'memory', options: {} }

describe('warnings about a pipeline', () => {
  it('are none where the record key decides and dead letters are kept', () => {
    expect(pipelineWarnings({ route: { key: 'key' }, deadLetters })).toEqual([])
  })

  it('say that a key from the value keeps the order only within a partition', () => {
    const [warning, ...others] = pipelineWarnings({ route: { key: 'value.customer' }, deadLetters })
    expect(others).toEqual([])
    expect(warning).toMatchObject({ path: 'route.key' })
    expect(warning?.message).toMatch(/value\.customer.* in order only where it also decides the partition/)
  })

  it('say what becomes of a record that cannot be processed', () => {
    const warnings = pipelineWarnings({ route: { key: 'key' }, deadLetters: undefined })
    expect(warnings).toMatchObject([{ path: 'deadLetters' }])
  })

  it.each([
    ['{worker}-{target}.ndjson', []],
    ['{taget}/{worker}.ndjson', ['{taget} stands for nothing and stays as it is; did you mean {target}?']],
    ['{date}.ndjson', ['{date} stands for nothing and stays as it is; there are {target} and {worker}']],
  ])('say that a placeholder in the path of a file is unknown: %s', (path, messages) => {
    const targets = [{ name: 'a', sink: { type: 'file', options: { path } } }]
    const warnings = pipelineWarnings({ route: { key: 'key', targets }, deadLetters })
    expect(warnings).toEqual(messages.map((message) => ({ path: 'route.targets[0].sink.path', message })))
  })

  it('say that sinks write to one file', () => {
    const file = (path: string): ComponentConfig => ({ type: 'file', options: { path } })
    const targets = [
      { name: 'a', sink: file('out/{worker}.ndjson') },
      { name: 'b', sink: file('out/{target}.ndjson') },
      { name: 'c', sink: file('./out/{worker}.ndjson') },
    ]
    const message = (first: string): string => `${first} writes to this file too, so their lines are mixed`
    expect(pipelineWarnings({ route: { key: 'key', targets }, deadLetters: file('out/b.ndjson') })).toEqual([
      { path: 'route.targets[2].sink.path', message: message('route.targets[0].sink') },
      { path: 'deadLetters.path', message: message('route.targets[1].sink') },
    ])
  })

  it('say that the workers of a fleet write to one file', () => {
    const targets = ['out/{target}.ndjson', 'out/{target}-{worker}.ndjson'].map((path) => ({
      name: 'a',
      sink: { type: 'file', options: { path } },
    }))
    const given = { route: { key: 'key', targets }, deadLetters }
    const message = 'all workers write to this file: without {worker} their lines may be lost'
    expect(pipelineWarnings({ ...given, coordination: { type: 'zookeeper' } })).toEqual([
      { path: 'route.targets[0].sink.path', message },
    ])
    expect(pipelineWarnings({ ...given, coordination: { type: 'memory' } })).toEqual([])
  })

  it.each([
    ['data/*.ndjson', 'data/{target}-{worker}.ndjson', true],
    ['./data/**', 'data/{worker}/out.ndjson', true],
    [resolve('data/*.ndjson'), './data/x.ndjson', true],
    ['data/*.ndjson', 'data/out/x.ndjson', false],
    ['data/in-*.ndjson', 'data/out-{worker}.ndjson', false],
    [['data/*.ndjson', '!data/out-*'], 'data/out-{worker}.ndjson', false],
    [['in/*.ndjson', '!in/skip.ndjson'], 'out/x.ndjson', false],
  ])('say that a sink writes what the source reads: %s and %s', (pattern, path, isRead) => {
    const source = { type: 'file', options: { path: [pattern].flat() } }
    const targets = [{ name: 'a', sink: { type: 'file', options: { path } } }]
    const message = 'the source reads this file too, so what is written comes round again; see source.path'
    const warnings = pipelineWarnings({ source, route: { key: 'key', targets }, deadLetters })
    expect(warnings).toEqual(isRead ? [{ path: 'route.targets[0].sink.path', message }] : [])
  })
})
