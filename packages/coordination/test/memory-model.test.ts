import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRingkeeperError, type Coordinator, type CreateMode, type Operation } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { memory, type MemorySession } from '../src/index.ts'
import { Model, type ModelOutcome } from './model.ts'

type Step =
  | { readonly session: number; readonly operations: readonly Operation[] }
  | { readonly session: number; readonly end: 'close' | 'expire' }

const path = fc.constantFrom('/a', '/b', '/a/c', '/a/d', '/a/c/e', '/b/f')
const version = fc.option(fc.nat({ max: 2 }), { nil: undefined })
const data = fc.string({ maxLength: 3 }).map((text) => new TextEncoder().encode(text))
const modes: CreateMode[] = ['persistent', 'persistent', 'ephemeral', 'ephemeral-sequential', 'persistent-sequential']
const mode = fc.constantFrom(...modes)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('create' as const), path, data, mode }) },
  fc.record({ type: fc.constant('set' as const), path, data, version }).map(withoutUndefined<'set'>),
  fc.record({ type: fc.constant('delete' as const), path, version }).map(withoutUndefined<'delete'>),
  fc.record({ type: fc.constant('check' as const), path, version }).map(withoutUndefined<'check'>),
)

const session = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ session, operations: fc.array(operation, { minLength: 1, maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ session, end: fc.constantFrom('close' as const, 'expire' as const) }) },
)

function withoutUndefined<Type extends Operation['type']>(
  value: Record<string, unknown>,
): Operation & { readonly type: Type } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never
}

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

/** One operation by its own method, several as a multi. */
async function run(coordinator: Coordinator, operations: readonly Operation[]): Promise<ModelOutcome> {
  try {
    const [only] = operations
    if (operations.length > 1 || !only) {
      const { results } = await coordinator.multi(operations)
      return { paths: results.map((result) => result.path) }
    }
    if (only.type === 'create') return { paths: [(await coordinator.create(only.path, only.data, only)).path] }
    if (only.type === 'set') await coordinator.set(only.path, only.data, only)
    if (only.type === 'delete') await coordinator.delete(only.path, only)
    if (only.type === 'check') await coordinator.multi([only])
    return { paths: [only.path] }
  } catch (error) {
    if (!isRingkeeperError(error)) throw error
    return { code: error.code, index: (error.data as { index?: number }).index ?? 0 }
  }
}

async function snapshot(coordinator: Coordinator, owners: ReadonlyMap<bigint, number | undefined>): Promise<object[]> {
  const found: object[] = []
  const walk = async (parent: string): Promise<void> => {
    const { children } = await coordinator.children(parent)
    for (const name of children) {
      const child = parent === '/' ? `/${name}` : `${parent}/${name}`
      const { data: content, stat } = await coordinator.get(child)
      const { version: dataVersion, cversion, numChildren, ephemeralOwner } = stat
      found.push({
        path: child,
        data: new TextDecoder().decode(content),
        version: dataVersion,
        cversion,
        numChildren,
        owner: ephemeralOwner === 0n ? undefined : owners.get(ephemeralOwner),
      })
      await walk(child)
    }
  }
  await walk('/')
  return found.sort((a, b) => ((a as { path: string }).path < (b as { path: string }).path ? -1 : 1))
}
