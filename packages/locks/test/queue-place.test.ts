import { describe, expect, it } from 'vitest'
import { QueuePlace } from '../src/queue/queue-place.ts'
import { path, world } from './world.ts'

describe('a place in a queue', () => {
  it('forgets abandoned nodes that are gone, so that many lost terms leave nothing behind', async () => {
    const { clock, connect } = world()
    const coordinator = await connect()
    const setup = { coordinator, ports: clock.ports, path, name: 'latch', data: new Uint8Array() }
    const still = await QueuePlace.take(setup)
    const name = still.node.slice(path.length + 1)
    const abandoned = new Set(['_c_gone-latch-0000000000', name])
    const place = await QueuePlace.take({ ...setup, abandoned })
    expect([...abandoned]).toEqual([name])
    expect(place.ahead).toBe(0)
  })
})
