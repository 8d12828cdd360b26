// Protects rule 26: how keys move from one target to another.
import { deferred } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { failing, type Written } from '../support/fake-sink.ts'
import { keyed, makeWorld, shard, type WorldOptions } from '../support/stream-world.ts'

const KEYS = 40
const owner = (targets: readonly string[]): HashRing => new HashRing(targets, { pointsPerWeight: 64 })

/** A shard that is active, whose 40 keys go to a and b. */
async function changing(options: WorldOptions = {}) {
  const world = makeWorld({ targets: ['a', 'b'], flipDeadline: 5000, ...options })
  world.source.batchSize = KEYS
  const run = world.host.start(new FakeLease(world.clock, shard))
  await world.clock.run(run.opened)
  let next = 0
  const send = async (count = KEYS): Promise<void> => {
    world.source.append(shard, ...keyed(count, { keys: KEYS, from: next }))
    next += count
    await world.clock.advance(1)
  }
  /** Keys that go from one target to another when c comes. */
  const keysMoving = (from: string, to: string): string[] =>
    [...Array(KEYS).keys()]
      .map((key) => `k${key}`)
      .filter((key) => owner(['a', 'b']).get(key) === from && owner(['a', 'b', 'c']).get(key) === to)
  const keysAt = (name: string): Set<string> => new Set(world.sink(name).written.map(({ key }) => key))
  return { ...world, run, send, keysAt, keysMoving }
}

/** Checks that each key's records came to one target after the other, each in order, without a gap. */
function expectOrderPerKey(streams: readonly (readonly Written[])[], total: number, allowDuplicates = false): void {
  const byKey = new Map<string, number[]>()
  for (const stream of streams) {
    const seen = new Map<string, number>()
    for (const { key, offset } of stream) {
      if (!allowDuplicates) expect(offset, key).toBeGreaterThan(seen.get(key) ?? -1)
      seen.set(key, offset)
      byKey.set(key, [...(byKey.get(key) ?? []), offset])
    }
  }
  const all = [...byKey.values()].flat()
  expect(new Set(all).size).toBe(total)
  if (!allowDuplicates) expect(all).toHaveLength(total)
}

describe('a ring change', () => {
  it('lets keys that stay go on, and holds those that move until the old target has acknowledged all of before', async () => {
    const { clock, source, host, sink, send, target, keysAt } = await changing()
    const settle = deferred<void>()
    sink('a').behave = () => settle.promise
    await send()
    const before = owner(['a', 'b'])
    const after = owner(['a', 'b', 'c'])
    const changed = host.setTargets([target('a'), target('b'), target('c')])
    await send()
    const fromB = [...Array(KEYS).keys()].map((key) => `k${key}`).filter((key) => before.get(key) === 'b')
    // b had nothing under way: its moved keys go at once, the rest of its keys as well.
    expect(
      sink('b')
        .written.filter(({ offset }) => offset >= KEYS)
        .map(({ key }) => key),
    ).toEqual(fromB.filter((key) => after.get(key) === 'b'))
    expect(keysAt('c')).toEqual(new Set(fromB.filter((key) => after.get(key) === 'c')))
    expect(host.status.shards[0]?.waiting).toBeGreaterThan(0)
    sink('a').behave = undefined
    settle.resolve()
    await clock.run(changed)
    await clock.advance(10)
    expect(host.status.shards[0]?.waiting).toBe(0)
    expectOrderPerKey(
      ['a', 'b', 'c'].map((name) => sink(name).written),
      2 * KEYS,
    )
    for (const name of ['a', 'b', 'c']) {
      for (const { key, offset } of sink(name).written) {
        expect((offset < KEYS ? before : after).get(key), `${key} at ${offset}`).toBe(name)
      }
    }
    source.bounded = true
  })

  it('counts retries and dead letters as in flight', async () => {
    const { clock, host, sink, send, target, deadSink } = await changing({
      withDeadLetters: true,
      onError: { then: 'deadLetter', maxAttempts: 1 },
      flipDeadline: 60_000,
    })
    const taken = deferred<void>()
    deadSink.behave = () => taken.promise
    sink('a').behave = failing([...Array(KEYS).keys()])
    await send()
    sink('a').behave = undefined
    const changed = host.setTargets([target('a'), target('b'), target('c')])
    await send()
    await clock.advance(20_000)
    const moved = [...Array(KEYS).keys()]
      .map((key) => `k${key}`)
      .filter((key) => owner(['a', 'b']).get(key) === 'a' && owner(['a', 'b', 'c']).get(key) === 'c')
    expect(moved.length).toBeGreaterThan(0)
    expect(sink('c').written.filter(({ key }) => moved.includes(key))).toEqual([])
    taken.resolve()
    await clock.run(changed)
    await clock.advance(10)
    expect(
      sink('c')
        .written.filter(({ key }) => moved.includes(key))
        .map(({ key }) => key),
    ).toEqual(moved)
  })

  it('takes the records of moved keys back at the deadline and puts them first, in offset order', async () => {
    const { clock, host, sink, send, target } = await changing({ flipDeadline: 300 })
    sink('a').behave = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    await send()
    await send()
    const changed = host.setTargets([target('a'), target('b'), target('c')])
    await send()
    await clock.advance(298)
    expect(sink('a').written).toEqual([])
    const waiting = host.status.shards[0]?.waiting
    expect(waiting).toBeGreaterThan(0)
    await clock.advance(10)
    await clock.run(changed)
    expect(host.status.shards[0]?.waiting).toBe(0)
    const perKey = (key: string): number[] =>
      sink('c')
        .written.filter((each) => each.key === key)
        .map(({ offset }) => offset)
    const moved = [...Array(KEYS).keys()].filter(
      (key) => owner(['a', 'b']).get(`k${key}`) === 'a' && owner(['a', 'b', 'c']).get(`k${key}`) === 'c',
    )
    for (const key of moved) expect(perKey(`k${key}`)).toEqual([key, key + KEYS, key + 2 * KEYS])
    sink('a').behave = undefined
    await clock.advance(10_000)
    expectOrderPerKey(
      ['a', 'b', 'c'].map((name) => sink(name).written),
      3 * KEYS,
    )
  })

  it('does not wait for a target that is removed, and disposes of its sink', async () => {
    const { clock, host, sink, send, target } = await changing({ flipDeadline: 60_000 })
    sink('a').behave = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    await send()
    const changed = host.setTargets([target('b')])
    await send()
    await clock.advance(1)
    await clock.run(changed)
    expect(sink('a').isDisposed).toBe(true)
    await clock.advance(10)
    expectOrderPerKey([sink('b').written], 2 * KEYS)
    expect(host.status.targets.map(({ name }) => name)).toEqual(['b'])
  })

  it('does not wait for a target that is down', async () => {
    const { clock, host, sink, send, target } = await changing({ flipDeadline: 60_000 })
    sink('a').behave = () => Promise.reject(new Error('down'))
    await send()
    expect(host.status.targets[0]).toMatchObject({ name: 'a', isDown: true })
    const changed = host.setTargets([target('a', 0), target('b')])
    await clock.run(changed)
    await clock.advance(10)
    expectOrderPerKey([sink('b').written], KEYS)
  })

  it('that is followed by a newer one only changes where waiting keys go', async () => {
    const { clock, host, sink, send, target } = await changing({ flipDeadline: 60_000 })
    const settle = deferred<void>()
    sink('a').behave = () => settle.promise
    await send()
    const first = host.setTargets([target('a'), target('b'), target('c')])
    await send()
    const second = host.setTargets([target('a'), target('b'), target('d')])
    await send()
    const third = host.setTargets([target('a'), target('b')])
    await send()
    sink('a').behave = undefined
    settle.resolve()
    await clock.run(Promise.all([first, second, third]))
    await clock.advance(10)
    await send()
    const fromA = new Set(
      [...Array(KEYS).keys()].map((key) => `k${key}`).filter((key) => owner(['a', 'b']).get(key) === 'a'),
    )
    for (const name of ['c', 'd']) for (const { key } of sink(name).written) expect(fromA.has(key)).toBe(false)
    for (const key of fromA) {
      const offsets = sink('a')
        .written.filter((each) => each.key === key)
        .map(({ offset }) => offset)
      expect(offsets).toEqual([0, 1, 2, 3, 4].map((round) => Number(key.slice(1)) + round * KEYS))
    }
    expectOrderPerKey(
      ['a', 'b', 'c', 'd'].map((name) => sink(name).written),
      5 * KEYS,
    )
  })

  it('with weight 0 lets a target finish what it has', async () => {
    const { clock, host, sink, send, target } = await changing({ flipDeadline: 60_000 })
    sink('a').delay = 400
    await send()
    const changed = host.setTargets([target('a', 0), target('b')])
    await send()
    await clock.run(changed)
    await clock.advance(10)
    expect(sink('a').starts).toHaveLength(1)
    expect(sink('a').isDisposed).toBe(false)
    expectOrderPerKey([sink('a').written, sink('b').written], 2 * KEYS)
  })

  it('holds up a drain no longer than the deadline, and loses nothing', async () => {
    const { clock, host, sink, send, target, run } = await changing({ flipDeadline: 400 })
    sink('a').behave = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    await send()
    void host.setTargets([target('b')])
    await send()
    expect(await clock.run(run.drain({ signal: new AbortController().signal }))).toBe(2 * KEYS)
    expectOrderPerKey([sink('b').written], 2 * KEYS)
  })

  it('ends for a shard that is lost in the middle', async () => {
    const { clock, host, sink, send, target, run } = await changing({ flipDeadline: 60_000 })
    const settle = deferred<void>()
    sink('a').behave = () => settle.promise
    await send()
    const changed = host.setTargets([target('a'), target('c')])
    await send()
    settle.resolve()
    await clock.run(run.fence())
    await clock.run(changed)
  })

  it('whose deadline has passed takes records back as soon as anything waits for them', async () => {
    const { clock, host, sink, send, target, keysMoving } = await changing({ flipDeadline: 300 })
    sink('a').behave = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    await send()
    void host.setTargets([target('a'), target('b'), target('c')])
    await clock.advance(450)
    expect(sink('a').starts).toHaveLength(1)
    await send()
    await clock.advance(1)
    expect(host.status.shards[0]?.waiting).toBe(0)
    for (const key of keysMoving('a', 'c')) {
      const offsets = sink('c')
        .written.filter((each) => each.key === key)
        .map(({ offset }) => offset)
      expect(offsets).toEqual([Number(key.slice(1)), Number(key.slice(1)) + KEYS])
    }
  })

  it('in the middle of another knows which keys have moved already, and waits for those as well', async () => {
    const { clock, host, sink, send, target } = await changing({ flipDeadline: 60_000 })
    const [settleA, settleC] = [deferred<void>(), deferred<void>()]
    sink('a').behave = () => settleA.promise
    await send()
    // b has nothing under way: its moved keys are at c from now on, while those of a wait.
    const first = host.setTargets([target('a'), target('b'), target('c')])
    sink('c').behave = () => settleC.promise
    await send()
    expect(sink('c').starts).toHaveLength(1)
    const second = host.setTargets([target('a'), target('b'), target('c', 0), target('d')])
    await send()
    const [before, middle] = [owner(['a', 'b']), owner(['a', 'b', 'c'])]
    const isAtC = ({ key }: Written): boolean => before.get(key) === 'b' && middle.get(key) === 'c'
    const late = (): Written[] =>
      ['a', 'b', 'd'].flatMap((name) => sink(name).written.filter(({ offset }) => offset >= 2 * KEYS))
    expect(late().filter(isAtC)).toEqual([])
    settleC.resolve()
    await clock.advance(1)
    expect(late().filter(isAtC).length).toBeGreaterThan(0)
    settleA.resolve()
    await clock.run(Promise.all([first, second]))
    await clock.advance(10)
    expectOrderPerKey(
      ['a', 'b', 'c', 'd'].map((name) => sink(name).written),
      3 * KEYS,
    )
  })

  it('is not ended by what an earlier one no longer waited for', async () => {
    const { clock, host, sink, send, target, deadSink, keysMoving } = await changing({
      withDeadLetters: true,
      onError: { then: 'deadLetter', maxAttempts: 1 },
      flipDeadline: 300,
    })
    const taken = deferred<void>()
    deadSink.behave = () => taken.promise
    sink('a').behave = failing([...Array(KEYS).keys()])
    await send()
    const first = host.setTargets([target('a'), target('b'), target('c')])
    await send()
    await clock.advance(301)
    await clock.run(first)
    const settle = deferred<void>()
    sink('a').behave = () => settle.promise
    await send()
    void host.setTargets([target('a', 0), target('b'), target('c')])
    await send()
    // The dead letters of the first change are taken only now.
    taken.resolve()
    await clock.advance(1)
    const staying = new Set(
      [...Array(KEYS).keys()].map((key) => `k${key}`).filter((key) => owner(['a', 'b', 'c']).get(key) === 'a'),
    )
    expect(keysMoving('a', 'c').length).toBeGreaterThan(0)
    for (const name of ['b', 'c']) {
      expect(sink(name).written.filter(({ key, offset }) => staying.has(key) && offset >= 3 * KEYS)).toEqual([])
    }
    settle.resolve()
    await clock.advance(1)
    expect(host.status.shards[0]?.waiting).toBe(0)
  })
})
