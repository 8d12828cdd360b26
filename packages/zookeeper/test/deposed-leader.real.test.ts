import { startCluster } from '@ringkeeper-tools/cluster'
import type { Coordinator } from '@ringkeeper/core'
import { describe, expect, inject, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { reached } from './support/reached.ts'

// ZooKeeper's default tick: a leader that was cut off goes on for five of them, and answers all that needs no quorum.
const tickTime = 2000
const sessionTimeout = 2 * tickTime

/**
 * The guard of the lease formula. The leader that was cut off answers pings and syncs, and lets sessions resume, while
 * a new leader has already expired them: a hold that believed any of these would still be held when the next one is
 * granted.
 */
describe.skipIf(!inject('zookeeper'))('a deposed leader', () => {
  it('keeps no hold alive that a new leader has ended', async () => {
    await using cluster = await startCluster({ zookeeper: { servers: 3, tickTime }, kafka: false })
    const { servers } = await cluster.status()
    const named = (mode: string) => servers.filter((one) => one.mode === mode).map(({ name }) => cluster.server(name))
    const [[leader], followers] = [named('leader'), named('follower')]
    if (!leader || followers.length !== 2) throw new Error('the ensemble is not complete')
    const open = (connect: string): Promise<Coordinator> =>
      zookeeper({ connect, sessionTimeout, serverTick: tickTime }).connect({ timeout: 30_000 })
    const holder = await open(leader.address)
    const bystander = await open(leader.address)
    await holder.create('/lock', undefined, { mode: 'ephemeral' })
    using hold = holder.hold('/lock')
    await reached(hold.states(), 'held')

    for (const follower of followers) await cluster.cut(leader.name, follower.name, { silent: true })
    await Promise.all(followers.map((follower) => follower.kill()))
    const lost = reached(hold.states(), 'lost').then(async () => {
      const lostAt = performance.now()
      await bystander.sync('/')
      await reached(holder.states(), 'connected')
      return lostAt
    })
    await Promise.all(followers.map((follower) => follower.start()))
    const waiter = await open(followers.map(({ address }) => address).join(','))
    await new Promise((gone) => void waiter.exists('/lock', { watch: gone }).then((stat) => stat ?? gone(undefined)))
    await waiter.create('/lock', undefined, { mode: 'ephemeral' })
    expect(hold.state).toBe('lost')
    expect(await lost).toBeLessThan(performance.now())
    await Promise.all([holder, bystander, waiter].map((session) => session.close()))
  }, 90_000)
})
