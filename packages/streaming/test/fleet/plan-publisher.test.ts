// Rule 20 of the protocol, the leader's half: a plan is one write that no former leader can make.
import { describe, expect, it, vi } from 'vitest'
import type { MemorySession } from '@ringkeeper/coordination'
import { silentLogger } from '@ringkeeper/core'
import { chunkSize } from '../../src/fleet/plan-chunks.ts'
import { PlanPublisher } from '../../src/fleet/plan-publisher.ts'
import type { PlanContent } from '../../src/fleet/plan.ts'
import { readPlan } from '../../src/fleet/read-plan.ts'
import { ensureNodes } from '../../src/fleet/session-calls.ts'
import { LeaseWorld } from '../support/lease-world.ts'

const content = (topics: readonly string[], owner = 'a'): PlanContent => ({
  members: [
    { id: 'a', incarnation: 1n },
    { id: 'b', incarnation: 2n },
  ],
  shards: topics.map((topic) => ({ topic, partition: 0 })),
  owners: new Map(topics.map((topic) => [`${topic}/0`, owner])),
  isPaused: false,
  isFinished: false,
})

class PlanWorld extends LeaseWorld {
  static override async make(): Promise<PlanWorld> {
    const world = new PlanWorld()
    world.observer = await world.do(world.tree.connect({ sessionTimeout: 60_000 }))
    const { base, election, plan } = world.paths
    await world.do(ensureNodes(world.observer, ['/ringkeeper', base, election, plan]))
    return world
  }

  async leader(nodeId: string): Promise<{ session: MemorySession; publisher: PlanPublisher; node: string }> {
    const session = await this.do(this.tree.connect({ sessionTimeout: 4000 }))
    const { path: node, stat } = await this.do(
      session.create(`${this.paths.election}/latch-`, undefined, { mode: 'ephemeral-sequential' }),
    )
    const term = { nodeId, electionNode: node, token: stat.czxid }
    return { session, node, publisher: await this.do(PlanPublisher.open(session, this.paths, term, silentLogger)) }
  }

  async plan(): ReturnType<typeof readPlan> {
    return await this.do(readPlan(this.observer, this.paths))
  }

  async chunks(): Promise<readonly string[]> {
    return (await this.do(this.observer.children(this.paths.plan))).children
  }
}

describe('publishing plans', () => {
  it('writes a difference only, also after a change of leaders', async () => {
    const world = await PlanWorld.make()
    const a = await world.leader('a')
    await world.do(a.publisher.publish(content(['x'])))
    const first = await world.plan()
    await world.do(a.publisher.publish(content(['x'])))
    const b = await world.leader('b')
    expect(b.publisher.plan!.owners.get('x/0')).toBe('a')
    await world.do(b.publisher.publish(content(['x'])))
    expect((await world.plan()).version).toBe(first.version)
    await world.do(b.publisher.publish(content(['x'], 'b')))
    expect((await world.plan()).plan).toMatchObject({ version: 2, leader: 'b' })
  })

  it('is refused when the election node has gone, whatever this leader still believes', async () => {
    const world = await PlanWorld.make()
    const a = await world.leader('a')
    await world.do(world.observer.delete(a.node))
    await expect(world.do(a.publisher.publish(content(['x'])))).rejects.toMatchObject({
      code: 'RK_CORE_NO_NODE',
      data: { path: a.node },
    })
    expect((await world.plan()).plan).toBeUndefined()
  })

  it('does not overwrite a plan that it has not seen', async () => {
    const world = await PlanWorld.make()
    const [a, b] = [await world.leader('a'), await world.leader('b')]
    await world.do(a.publisher.publish(content(['x'])))
    await world.do(b.publisher.publish(content(['x', 'y'])))
    expect((await world.plan()).plan).toMatchObject({ version: 2, leader: 'b' })
  })

  it('recognises its own plan after a lost reply', async () => {
    const world = await PlanWorld.make()
    const a = await world.leader('a')
    a.session.faults.loseReply({ thenLag: true })
    const multi = vi.spyOn(a.session, 'multi')
    await world.do(a.publisher.publish(content(['x'])))
    expect(multi).toHaveBeenCalledTimes(1)
    expect(await world.plan()).toMatchObject({ version: 1, plan: { version: 1 } })
    await world.do(a.publisher.publish(content(['x', 'y'])))
    expect((await world.plan()).plan).toMatchObject({ version: 2 })
  })

  it('puts a large plan into parts with names of their own, which go two versions later', async () => {
    const world = await PlanWorld.make()
    const a = await world.leader('a')
    const large = Array.from({ length: 3000 }, (_, index) => `${'topic'.repeat(20)}-${index}`)
    await world.do(a.publisher.publish(content(large)))
    await world.clock.advance(10)
    const first = await world.chunks()
    expect(first).toHaveLength(Math.ceil((3000 * 112) / chunkSize))
    const { data } = await world.do(world.observer.get(world.paths.plan))
    expect(data.length).toBeLessThan(1000)
    expect((await world.plan()).plan!.shards).toHaveLength(3000)
    await world.do(a.publisher.publish(content(large, 'b')))
    await world.clock.advance(10)
    expect(await world.chunks()).toEqual(expect.arrayContaining([...first]))
    await world.do(a.publisher.publish(content(large.slice(1), 'b')))
    await world.clock.advance(10)
    expect((await world.chunks()).filter((name) => first.includes(name))).toEqual([])
    expect((await world.plan()).plan!.shards).toHaveLength(2999)
    await world.do(a.publisher.publish(content(['x'])))
    expect((await world.plan()).plan!.shards).toHaveLength(1)
  })
})
