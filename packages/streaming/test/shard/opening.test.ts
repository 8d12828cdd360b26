// Protects rule 23: where a shard starts, that its start is committed at once under the new token, and a new one before a
// record leaves.
import { deferred, silentLogger, streamErrors } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { FakePositions, FakeSource } from '../support/fake-source.ts'
import { keyed, makeWorld, shard, type WorldOptions } from '../support/stream-world.ts'

const mark = (token: bigint): string => JSON.stringify({ ringkeeper: 1, token: String(token), node: 'w0' })

/** Opens a shard whose group and node have these positions; gives where it started. */
async function openAt(
  stored: { readonly position: number; readonly metadata: string } | undefined,
  nextOffset: number | undefined,
  options: WorldOptions = {},
) {
  const world = makeWorld(options)
  world.source.append(shard, ...keyed(100))
  if (stored) world.positions.stored.set('orders/0', stored)
  const run = world.host.start(new FakeLease(world.clock, shard, { token: 20n, nextOffset }))
  await world.clock.advance(10)
  return { ...world, run, start: world.source.opened[0] }
}

describe('where a shard starts', () => {
  it('takes the node when a late commit of a former owner put the group back', async () => {
    expect((await openAt({ position: 40, metadata: mark(10n) }, 60)).start).toBe(60)
  })

  it('takes the group when its commit is ahead of the node', async () => {
    expect((await openAt({ position: 70, metadata: mark(10n) }, 60)).start).toBe(70)
  })

  it("obeys an operator's reset exactly, also backwards", async () => {
    expect((await openAt({ position: 5, metadata: '' }, 60)).start).toBe(5)
    expect((await openAt({ position: 5, metadata: '{"token":"7"}' }, 60)).start).toBe(5)
  })

  it.each([
    ['before a shard is opened', 5, /was set by somebody else: it is obeyed/],
    ['while a shard is processed', undefined, /was set by somebody else while it is processed here: it is overwritten/],
  ])('warns of it: %s', async (_, before, expected) => {
    const warnings: object[] = []
    const warn = (message: string, data?: object): void => void warnings.push({ message, ...data })
    const clock = new FakeClock({ logger: { ...silentLogger, warn } })
    const stored = before === undefined ? undefined : { position: before, metadata: '' }
    const { positions } = await openAt(stored, 60, { clock })
    await clock.advance(2000)
    if (before === undefined) positions.stored.set('orders/0', { position: 5, metadata: '' })
    await clock.advance(10_000)
    expect(warnings).toEqual([
      {
        message: expect.stringMatching(expected),
        shard: 'orders/0',
        position: 5,
        ours: before === undefined ? 100 : 60,
      },
    ])
  })

  it('does not call it that where nobody of us has ever been', async () => {
    const warnings: string[] = []
    const clock = new FakeClock({ logger: { ...silentLogger, warn: (message) => void warnings.push(message) } })
    await openAt({ position: 5, metadata: '' }, undefined, { clock })
    expect(warnings).toEqual([])
  })

  it('writes such a reset to the node before it commits it: the next owner would take the greater of the two', async () => {
    const positions = new FakePositions()
    const order: string[] = []
    const { commit } = positions
    positions.commit = (all) => {
      order.push(`commit ${all[0]?.position}`)
      return commit(all)
    }
    const { clock, source, host } = makeWorld({ source: new FakeSource(positions) })
    source.append(shard, ...keyed(100))
    positions.stored.set('orders/0', { position: 5, metadata: '' })
    const lease = new FakeLease(clock, shard, { token: 20n, nextOffset: 60 })
    let isAway = true
    lease.mirror = async (position) => {
      if (isAway) throw new Error('the tree is away')
      order.push(`node ${position}`)
    }
    const run = host.start(lease)
    await clock.advance(1000)
    expect(order).toEqual([])
    isAway = false
    await clock.run(run.opened)
    expect(order).toEqual(['node 5', 'commit 5'])
  })

  it('takes the node where the group has nothing', async () => {
    expect((await openAt(undefined, 60)).start).toBe(60)
  })

  it('asks the source where nobody has ever read', async () => {
    const source = new FakeSource()
    source.start = 33
    expect((await openAt(undefined, undefined, { source })).start).toBe(33)
  })

  it.each([
    ['of an operator', { position: 60, metadata: '' }, 80],
    ['of the source', undefined, undefined],
  ])('commits a new start %s under its own token before a record leaves', async (_, stored, nextOffset) => {
    const positions = new FakePositions()
    const gate = deferred()
    positions.gate = gate.promise
    const source = new FakeSource(positions)
    source.start = 60
    const { clock, run, written, start } = await openAt(stored, nextOffset, { source })
    // The source may fetch meanwhile.
    expect(start).toBe(60)
    await clock.advance(400)
    expect(written()).toEqual([])
    gate.resolve()
    await clock.run(run.opened)
    expect(positions.commits[0]).toEqual([
      { shard, position: 60, metadata: '{"ringkeeper":1,"token":"20","node":"w1"}' },
    ])
    await clock.advance(10)
    expect(written()).toHaveLength(40)
  })

  it('commits the start of a former owner at once under its own token, while the first records leave', async () => {
    const positions = new FakePositions()
    const gate = deferred()
    positions.gate = gate.promise
    const source = new FakeSource(positions)
    const { clock, run, written } = await openAt({ position: 40, metadata: mark(10n) }, 60, { source })
    await clock.run(run.opened)
    await clock.advance(10)
    expect(written()).toHaveLength(40)
    gate.resolve()
    await clock.advance(10)
    expect(positions.commits[0]).toEqual([
      { shard, position: 60, metadata: '{"ringkeeper":1,"token":"20","node":"w1"}' },
    ])
  })

  it('takes what was read while the lease was acquired, and reads again when that failed', async () => {
    for (const foreseen of [
      Promise.resolve({ position: 70, metadata: mark(10n) }),
      Promise.reject(new Error('away')),
    ]) {
      const world = makeWorld()
      world.source.append(shard, ...keyed(100))
      world.positions.stored.set('orders/0', { position: 65, metadata: mark(10n) })
      foreseen.catch(() => {})
      world.host.start(new FakeLease(world.clock, shard, { token: 20n, nextOffset: 60 }), foreseen)
      await world.clock.advance(10)
      const expected = await foreseen.then(
        () => 70,
        () => 65,
      )
      expect(world.source.opened[0]).toBe(expected)
    }
  })

  it.each([
    ['returns', () => {}],
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
  ])('may be prepared, also by a source whose method %s', async (_, act) => {
    const prepared: unknown[] = []
    const source = Object.assign(new FakeSource(), {
      prepare: (given: unknown): void => {
        prepared.push(given)
        return act() as undefined
      },
    })
    const world = makeWorld({ source })
    world.host.prepare(shard)
    await world.clock.advance(10)
    expect(prepared).toEqual([shard])
  })

  it('goes on where its source wants to when it learns of a lost position before the start is committed', async () => {
    const positions = new FakePositions()
    positions.failCommits = 1
    const source = new FakeSource(positions)
    const { open } = source
    source.open = (opened, position) =>
      position === 60
        ? Promise.reject(streamErrors.POSITION_OUT_OF_RANGE({ ...opened, position, resetTo: 20 }))
        : open(opened, position)
    const { clock, run, written } = await openAt(undefined, 60, { source })
    await clock.run(run.opened)
    await clock.advance(2000)
    expect(source.opened).toEqual([20])
    expect(written()).toHaveLength(80)
    expect(positions.stored.get('orders/0')?.position).toBe(100)
  })

  it('refuses a token that is not above the committed one: the tree was wiped', async () => {
    for (const token of [20n, 21n]) {
      const { run, written, clock } = await openAt({ position: 40, metadata: mark(token) }, 60)
      await expect(run.failed).rejects.toMatchObject({ code: 'RK_STREAMING_TOKEN_NOT_NEWER' })
      await clock.advance(5000)
      expect(written()).toEqual([])
    }
  })

  it('compares no tokens of a coordinator that counts from the beginning each time', async () => {
    expect((await openAt({ position: 40, metadata: mark(99n) }, undefined, { areTokensLasting: false })).start).toBe(40)
  })

  it('never takes trouble for "no position"', async () => {
    const positions = new FakePositions()
    positions.failReads = 3
    const { clock, run, source } = await openAt({ position: 40, metadata: mark(10n) }, undefined, {
      source: new FakeSource(positions),
    })
    expect(source.opened).toEqual([])
    await clock.run(run.opened)
    await clock.advance(1)
    expect(source.opened).toEqual([40])
  })

  it('reads the positions of shards that open together in one request, and commits them in one', async () => {
    const { clock, host, positions } = makeWorld()
    let reads = 0
    const read = positions.read
    positions.read = (shards) => {
      reads += 1
      return read(shards)
    }
    const runs = [0, 1, 2].map((partition) => host.start(new FakeLease(clock, { topic: 'orders', partition })))
    await clock.run(Promise.all(runs.map(({ opened }) => opened)))
    expect(reads).toBe(1)
    expect(positions.commits.map((commit) => commit.length)).toEqual([3])
  })
})
