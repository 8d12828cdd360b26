import { seededRandom } from '@ringkeeper/testing'
import { describe, expect, it } from 'vitest'
import { HostList } from '../src/session/host-list.ts'

const servers = ['a', 'b', 'c'].map((host) => ({ host, port: 1 }))

describe('host list', () => {
  it('spreads a fleet over the servers', () => {
    const first = new Map<string, number>()
    for (let seed = 0; seed < 300; seed += 1) {
      const { host } = new HostList(servers, seededRandom(seed), 6000).next()
      first.set(host, (first.get(host) ?? 0) + 1)
    }
    for (const count of first.values()) expect(count).toBeGreaterThan(60)
  })

  it('goes on to the next server at once, and waits longer each time that all have failed', () => {
    const hosts = new HostList(servers, { next: () => 0.9999, uuid: () => '' }, 6000)
    const order: string[] = []
    const delays: number[] = []
    for (let attempt = 0; attempt < 9; attempt += 1) {
      delays.push(Math.round(hosts.delay))
      order.push(hosts.next().host)
      hosts.failed(undefined)
    }
    expect(new Set(order.slice(0, 3)).size).toBe(3)
    expect(order.slice(3, 6)).toEqual(order.slice(0, 3))
    expect(delays).toEqual([0, 0, 0, 50, 0, 0, 100, 0, 0])
    hosts.succeeded()
    expect(hosts.delay).toBe(0)
  })
})
