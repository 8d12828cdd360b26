import fc from 'fast-check'
import { describe, expect, inject, it } from 'vitest'
import type { Coordinator, CoordinatorBackend, Operation } from '@ringkeeper/core'
import { zookeeper } from '@ringkeeper/zookeeper'
import { memory } from '../src/index.ts'
import type { ModelOutcome } from './model.ts'
import { run, snapshot, step, type Step } from './random-steps.ts'

const server = inject('zookeeper')

describe.skipIf(!server)('the memory tree', () => {
  it('does what a real ZooKeeper does, for any operations of three sessions', async () => {
    const real = zookeeper({ connect: server?.connect ?? '', serverTick: server?.tickTime ?? 0 })
    const closeOnly = step.map((each): Step => ('end' in each ? { ...each, end: 'close' } : each))
    await fc.assert(
      fc.asyncProperty(fc.array(closeOnly, { maxLength: 25 }), async (steps) => {
        const root = `/model-${crypto.randomUUID()}`
        const [here, there] = await Promise.all([replay(memory(), root, steps), replay(real, root, steps)])
        expect(here).toEqual(there)
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

/** Everything that a client can see of the steps: outcomes, the events of a recursive watch, the tree at the end. */
async function replay(backend: CoordinatorBackend, root: string, steps: readonly Step[]): Promise<object> {
  const observer = await backend.connect()
  await observer.create(root)
  const watch = await observer.watch(root, { recursive: true })
  const open = async (): Promise<Coordinator> => await backend.connect({ sessionTimeout: 4000 })
  const sessions = await Promise.all([open(), open(), open()])
  const outcomes: ModelOutcome[] = []
  for (const each of steps) {
    const session = sessions[each.session] as Coordinator
    if ('end' in each) {
      await session.close()
      sessions[each.session] = await open()
    } else
      outcomes.push(
        await run(
          session,
          each.operations.map((operation) => below(root, operation)),
        ),
      )
  }
  await observer.sync(root)
  const owners = new Map(sessions.map(({ sessionId }, index) => [sessionId, index]))
  const tree = await snapshot(observer, owners, root)
  await Promise.all(sessions.map((session) => session.close()))
  await observer.sync(root)
  await observer.close()
  const events: string[] = []
  for await (const { type, path } of watch) events.push(`${type} ${path}`)
  // The order in which a server deletes the nodes of one ended session is its own affair.
  return { outcomes, tree, events: events.toSorted() }
}

function below(root: string, operation: Operation): Operation {
  return { ...operation, path: root + operation.path }
}
