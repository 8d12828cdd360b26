import { systemPorts } from '@ringkeeper/core'
import { expect, test } from 'vitest'
import { Pace } from '../../src/shard/pace.ts'

/** A loop whose turns the test ends. */
function eventLoop() {
  let now = 0
  const due: (() => void)[] = []
  const ports = systemPorts({
    clock: { monotonic: () => now, wall: () => now },
    timers: { set: (_, fire) => (due.push(fire), () => {}) },
  })
  return {
    pace: new Pace(ports),
    work: (milliseconds: number) => (now += milliseconds),
    turn: async () => {
      for (const fire of due.splice(0)) fire()
      for (let i = 0; i < 20; i += 1) await Promise.resolve()
    },
  }
}

test('shards with much to do let the event loop have its turns, and go on in the order in which they came', async () => {
  const { pace, work, turn } = eventLoop()
  const processed: string[] = []
  const shard = (name: string, took: number): Promise<void> =>
    pace.run(1, () => {
      processed.push(name)
      work(took)
    })
  await shard('first', 6)
  const rest = ['behind', 'far behind', 'small', 'small too'].map((name, i) => shard(name, i < 2 ? 10 : 1))
  await Promise.resolve()
  expect(processed).toEqual(['first'])
  await turn()
  expect(processed).toEqual(['first', 'behind'])
  await turn()
  expect(processed).toEqual(['first', 'behind', 'far behind'])
  await turn()
  expect(processed).toEqual(['first', 'behind', 'far behind', 'small', 'small too'])
  await Promise.all(rest)
})

test('nobody waits after a turn in which little was done', async () => {
  const { pace, work, turn } = eventLoop()
  await pace.run(1, () => work(1))
  await turn()
  work(1000)
  await pace.run(1, () => {})
})

test('small work passes large work, of which each turn still does the oldest', async () => {
  const { pace, work, turn } = eventLoop()
  const processed: number[] = []
  const shard = (size: number): Promise<void> =>
    pace.run(size, () => {
      processed.push(size)
      work(2)
    })
  const all = [9, 8, 7, 500, 400, 6, 300, 5].map(shard)
  await Promise.resolve()
  expect(processed).toEqual([9, 8, 7])
  await turn()
  expect(processed.splice(0)).toEqual([9, 8, 7, 500, 5, 6])
  await turn()
  expect(processed).toEqual([400, 300])
  await Promise.all(all)
})

test('an error is that of its own work alone', async () => {
  const { pace, work, turn } = eventLoop()
  await pace.run(1, () => work(10))
  const broken = pace.run(1, () => {
    throw new Error('broken')
  })
  const next = pace.run(1, () => {})
  void turn()
  await expect(broken).rejects.toThrow('broken')
  await next
})
