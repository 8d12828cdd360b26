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

  it('is news when all servers have failed, and then ever more rarely', () => {
    const hosts = new HostList(servers, seededRandom(1), 6000)
    const told: number[] = []
    for (let attempt = 1; attempt <= 600; attempt += 1) {
      hosts.failed(undefined)
      if (hosts.isNews) told.push(attempt)
    }
    const [one, many] = [3, 192]
    expect(told).toEqual([one, 2 * one, 4 * one, 8 * one, 16 * one, 32 * one, many, 2 * many, 3 * many])
    hosts.succeeded()
    hosts.failed(undefined)
    expect(hosts.isNews).toBe(false)
  })
})
