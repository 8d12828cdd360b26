import { sleep, systemPorts, type Coordinator } from '@ringkeeper/core'
import { bytes, failure, oneShot, type ContractCases } from './cases.ts'

/** Ephemeral nodes, session states, the end of a session. */
export function sessionCases(cases: ContractCases): void {
  cases.describe('ephemeral nodes', () => {
    cases.it('belong to their session and vanish when it is closed', async (context) => {
      const { coordinator, root, connect, expect } = context
      const other = (await connect()).coordinator
      const { stat } = await other.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      expect(stat.ephemeralOwner).toBe(other.sessionId)
      await coordinator.sync(root)
      const { watch, event } = oneShot()
      await coordinator.get(`${root}/e`, { watch })
      await other.close()
      expect(await event).toEqual({ type: 'deleted', path: `${root}/e` })
      expect(await coordinator.exists(`${root}/e`)).toBe(undefined)
    })

    cases.it('have no children', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      expect(await failure(coordinator.create(`${root}/e/a`))).toMatchObject({
        code: 'RK_CORE_NO_CHILDREN_FOR_EPHEMERALS',
      })
    })

    cases.it('are listed by prefix, those of this session only', async (context) => {
      const { coordinator, root, connect, expect } = context
      const other = (await connect()).coordinator
      await coordinator.create(`${root}/p-a`, bytes(''), { mode: 'ephemeral' })
      const { path } = await coordinator.create(`${root}/p-b`, bytes(''), { mode: 'ephemeral-sequential' })
      await coordinator.create(`${root}/q`, bytes(''), { mode: 'ephemeral' })
      await coordinator.create(`${root}/p-plain`)
      await other.create(`${root}/p-other`, bytes(''), { mode: 'ephemeral' })
      expect([...(await coordinator.ephemerals(`${root}/p-`))].sort()).toEqual([`${root}/p-a`, path])
    })

    cases.it('may be deleted by any session', async ({ coordinator, root, connect, expect }) => {
      await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      await (await connect()).coordinator.delete(`${root}/e`)
      expect(await coordinator.ephemerals(root)).toEqual([])
    })
  })

  cases.describe('session', () => {
    cases.it('is connected, with an id of its own and a timeout', async ({ coordinator, connect, expect }) => {
      const other = (await connect()).coordinator
      expect(coordinator.state).toBe('connected')
      expect(coordinator.sessionId !== 0n && coordinator.sessionId !== other.sessionId).toBe(true)
      expect(coordinator.sessionTimeout > 0).toBe(true)
    })

    cases.it('refuses an identity of a scheme that no server knows', async ({ connect, expect }) => {
      const { coordinator } = await connect()
      expect(await failure(coordinator.addAuth('nobody-knows', 'x'))).toMatchObject({ code: 'RK_CORE_AUTH_FAILED' })
    })

    cases.it('is not opened for a caller that has gone', async ({ connect, expect }) => {
      const reason = new Error('enough')
      const caught = await connect({ signal: AbortSignal.abort(reason) }).catch((error: unknown) => error)
      expect(caught).toBe(reason)
    })

    cases.it('refuses everything after close, which may be called twice', async ({ root, connect, expect }) => {
      const { coordinator } = await connect()
      const states = readStates(coordinator)
      await Promise.all([coordinator.close(), coordinator.close()])
      await coordinator.close()
      expect(coordinator.state).toBe('closed')
      expect((await states).at(-1)).toBe('closed')
      const closed = { code: 'RK_CORE_CLOSED' }
      expect(await failure(coordinator.create(`${root}/a`))).toMatchObject(closed)
      expect(await failure(coordinator.get(root))).toMatchObject(closed)
      expect(await failure(coordinator.set(root, bytes('')))).toMatchObject(closed)
      expect(await failure(coordinator.delete(root))).toMatchObject(closed)
      expect(await failure(coordinator.exists(root))).toMatchObject(closed)
      expect(await failure(coordinator.children(root))).toMatchObject(closed)
      expect(await failure(coordinator.multi([{ type: 'check', path: root }]))).toMatchObject(closed)
      expect(await failure(coordinator.sync(root))).toMatchObject(closed)
      expect(await failure(coordinator.ephemerals(root))).toMatchObject(closed)
      expect(await failure(coordinator.watch(root))).toMatchObject(closed)
    })

    cases.it('answers what was asked before close', async ({ root, connect, expect }) => {
      const { coordinator } = await connect()
      const created = coordinator.create(`${root}/a`)
      await coordinator.close()
      expect((await created).path).toBe(`${root}/a`)
    })

    cases.it('outlives its timeout for as long as it is connected', async ({ root, coordinator, expect }) => {
      await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      await sleep(coordinator.sessionTimeout * 1.7, systemPorts().timers)
      expect(coordinator.state).toBe('connected')
      expect((await coordinator.exists(`${root}/e`))?.ephemeralOwner).toBe(coordinator.sessionId)
    })
  })

  cases.describe('holds', () => {
    cases.it('are held while the session is proved alive, and lost when it is closed', async (context) => {
      const { root, connect, expect } = context
      const { coordinator } = await connect()
      const { path } = await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      const hold = coordinator.hold(path)
      for await (const state of hold.states()) if (state === 'held') break
      hold.assertHeld()
      const first = hold.deadline
      await sleep(coordinator.sessionTimeout, systemPorts().timers)
      hold.assertHeld()
      expect(hold.deadline > first).toBe(true)
      await coordinator.close()
      expect(hold.state).toBe('lost')
      expect(hold.signal.aborted).toBe(true)
    })

    cases.it('discard deletes a node of the session in the background', async (context) => {
      const { coordinator, root, expect } = context
      await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      const { watch, event } = oneShot()
      await coordinator.get(`${root}/e`, { watch })
      coordinator.discard(`${root}/e`)
      expect((await event).type).toBe('deleted')
    })

    cases.it('discard leaves alone a node of the same name that another session has made', async (context) => {
      const { coordinator, root, connect, expect } = context
      const other = (await connect()).coordinator
      await other.create(`${root}/theirs`, bytes(''), { mode: 'ephemeral' })
      await coordinator.create(`${root}/own`, bytes(''), { mode: 'ephemeral' })
      const { watch, event } = oneShot()
      await coordinator.get(`${root}/own`, { watch })
      coordinator.discard(`${root}/theirs`)
      coordinator.discard(`${root}/own`)
      expect((await event).type).toBe('deleted')
      expect((await other.exists(`${root}/theirs`))?.ephemeralOwner).toBe(other.sessionId)
    })
  })
}

/** All states until the session is over. */
export async function readStates(coordinator: Coordinator): Promise<string[]> {
  const seen: string[] = []
  for await (const state of coordinator.states()) seen.push(state)
  return seen
}
