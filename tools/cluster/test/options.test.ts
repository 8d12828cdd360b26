import { describe, expect, it } from 'vitest'
import { clusterSpec, parseTopic } from '../src/options.ts'

describe('options', () => {
  it('fills in defaults and a name of its own', () => {
    const spec = clusterSpec({})
    expect(spec.zookeeper).toMatchObject({ servers: 1, tickTime: 100, tls: false })
    expect(spec.kafka).toMatchObject({ topics: [] })
    expect(clusterSpec({}).name).not.toBe(spec.name)
  })

  it.each([
    [{ name: '../up' }],
    [{ zookeeper: { servers: 2 as 3 } }],
    [{ zookeeper: { tickTime: 0.5 } }],
    [{ zookeeper: { port: 70_000 } }],
    [{ kafka: { port: 0 } }],
  ])('refuses %j', (options) => {
    expect(() => clusterSpec(options)).toThrow(expect.objectContaining({ code: 'RK_CLUSTER_BAD_OPTION' }))
  })

  it('reads topics', () => {
    expect(parseTopic('orders:16')).toEqual({ name: 'orders', partitions: 16 })
    expect(parseTopic('orders')).toEqual({ name: 'orders', partitions: 1 })
    for (const wrong of ['', ':3', 'a:0', 'a:x', 'a:1:2', 'a b:1'])
      expect(() => parseTopic(wrong)).toThrow(expect.objectContaining({ code: 'RK_CLUSTER_BAD_OPTION' }))
  })
})
