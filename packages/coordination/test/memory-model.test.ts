import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '@ringkeeper/testing'
import { memory, type MemorySession } from '../src/index.ts'
import { Model } from './model.ts'
import { run, snapshot, step } from './random-steps.ts'

describe('the memory tree', () => {
  it('does what the model does, for any operations of three sessions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new FakeClock()
        const tree = memory({ ports: clock.ports })
        const model = new Model()
        const observer = await tree.connect()
        const events = await observer.watch('/', { recursive: true })
        const sessions = await Promise.all([0, 1, 2].map(() => tree.connect()))
        const ids = [0, 1, 2]
        for (const each of steps) {
          const current = sessions[each.session] as MemorySession
          if ('end' in each) {
            if (each.end === 'close') await current.close()
            else current.faults.expire()
            model.endSession(ids[each.session] as number)
            sessions[each.session] = await tree.connect()
            ids[each.session] = Math.max(...ids) + 1
          } else {
            const outcome = await run(current, each.operations)
            expect(outcome).toEqual(model.apply(ids[each.session] as number, each.operations))
          }
        }
        const owners = new Map(sessions.map(({ sessionId }, index) => [sessionId, ids[index]]))
        expect(await snapshot(observer, owners)).toEqual(
          model.paths().map((each) => ({ path: each, data: model.data(each), ...model.stat(each) })),
        )
        await observer.sync('/')
        await observer.close()
        const seen: string[] = []
        for await (const event of events) seen.push(`${event.type} ${event.path}`)
        expect(seen).toEqual([...model.events, 'ended /'])
      }),
      { numRuns: 300 },
    )
  })

  it('gives every change a transaction of its own, and all changes of one multi the same', async () => {
    const session = await memory().connect()
    const first = await session.create('/a')
    await session.create('/a').catch(() => {})
    const { zxid, results } = await session.multi([
      { type: 'create', path: '/a/b' },
      { type: 'set', path: '/a', data: new Uint8Array() },
    ])
    expect(zxid).toBeGreaterThan(first.stat.czxid)
    expect(results.map(({ stat }) => stat?.mzxid)).toEqual([zxid, zxid])
    expect(await session.exists('/a')).toMatchObject({ czxid: first.stat.czxid, mzxid: zxid, pzxid: zxid })
    await session.close()
  })
})
