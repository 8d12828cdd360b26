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
    pace.run(() => {
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
  await pace.run(() => work(1))
  await turn()
  work(1000)
  await pace.run(() => {})
})
