import { describe, expect, it } from 'vitest'
import { resetConfig } from '../../src/fleet/reset-config.ts'
import { FleetWorld } from '../support/fleet-world.ts'

describe('forgetting what the workers of a pipeline have agreed on', () => {
  it('is refused while workers are members, unless it is forced', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    await world.join('a')
    const reset = (options = {}): ReturnType<typeof resetConfig> =>
      world.do(resetConfig(world.observer, '/ringkeeper', 'orders', options))
    await expect(reset()).rejects.toMatchObject({ code: 'RK_STREAMING_WORKERS_RUNNING', data: { workers: ['a'] } })
    const removed = await reset({ force: true })
    expect(removed?.path).toBe('/ringkeeper/orders/config')
    expect(JSON.parse(removed?.content ?? '')).toMatchObject({ ring: { hash: 'murmur3', points: 512 } })
  })

  it('lets the next worker decide anew', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    const a = await world.join('a')
    await world.do(a.fleet.leave())
    const reset = (): ReturnType<typeof resetConfig> => world.do(resetConfig(world.observer, '/ringkeeper', 'orders'))
    expect(await reset()).toBeDefined()
    expect(await reset()).toBeUndefined()
    const b = await world.join('b', { config: { hash: 'murmur3', points: 64 } })
    expect(b.failure).toBeUndefined()
    expect(b.active).toHaveLength(2)
  })

  it('does not mind a node that cannot be read', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    const a = await world.join('a')
    await world.do(a.fleet.leave())
    await world.do(world.observer.set('/ringkeeper/orders/config', Buffer.from('what')))
    const removed = await world.do(resetConfig(world.observer, '/ringkeeper', 'orders'))
    expect(removed?.content).toBe('what')
  })

  it('is taken back when a worker joins meanwhile', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    const a = await world.join('a')
    await world.do(a.fleet.leave())
    const { observer } = world
    const before = await world.do(observer.get('/ringkeeper/orders/config'))
    const session = new Proxy(observer, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        const method = typeof value === 'function' ? (value.bind(target) as typeof observer.delete) : value
        if (name !== 'delete') return method
        return async (...given: Parameters<typeof observer.delete>) => {
          await target.delete(...given)
          await target.create('/ringkeeper/orders/members/b', Buffer.alloc(0))
        }
      },
    })
    const reset = world.do(resetConfig(session, '/ringkeeper', 'orders'))
    await expect(reset).rejects.toMatchObject({ code: 'RK_STREAMING_WORKERS_RUNNING', data: { workers: ['b'] } })
    expect((await world.do(observer.get('/ringkeeper/orders/config'))).data).toEqual(before.data)
  })
})
