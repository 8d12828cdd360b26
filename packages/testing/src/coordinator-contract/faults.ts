import type { Coordinator, SessionState, WatchEvent } from '@ringkeeper/core'
import { bytes, failure, oneShot, text, type ContractCases } from './cases.ts'
import { readStates } from './sessions.ts'

/** What happens when the connection breaks and when the session expires. */
export function faultCases(cases: ContractCases): void {
  cases.describe('connection loss', () => {
    cases.itWithFaults('after a request was sent leaves its outcome open, and the session lives', async (context) => {
      const { coordinator, faults, root, connect, expect } = context
      const { sessionId } = coordinator
      await faults.loseReply()
      const lost = await failure(coordinator.create(`${root}/a`, bytes('x'), { mode: 'ephemeral' }))
      expect(lost).toMatchObject({ code: 'RK_CORE_CONNECTION_LOSS', data: { outcome: 'unknown' } })
      await untilState(coordinator, 'connected')
      expect(coordinator.sessionId).toBe(sessionId)
      await coordinator.sync(root)
      expect(await coordinator.ephemerals(root)).toEqual([`${root}/a`])
      const other = (await connect()).coordinator
      await other.sync(root)
      expect((await other.exists(`${root}/a`))?.ephemeralOwner).toBe(sessionId)
    })

    cases.itWithFaults('says what was not sent', async ({ coordinator, faults, root, expect }) => {
      await faults.disconnect()
      await untilState(coordinator, 'suspended')
      const notSent = { code: 'RK_CORE_CONNECTION_LOSS', data: { outcome: 'not-sent' } }
      expect(await failure(coordinator.create(`${root}/a`))).toMatchObject(notSent)
      await faults.reconnect()
      await untilState(coordinator, 'connected')
      expect(await coordinator.exists(`${root}/a`)).toBe(undefined)
    })

    cases.itWithFaults('fails what is under way', async ({ coordinator, faults, root, expect }) => {
      await faults.loseReply()
      const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((name) => coordinator.create(`${root}/${name}`)))
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      await untilState(coordinator, 'connected')
    })
  })

  cases.describe('a session that was away', () => {
    cases.itWithFaults('hears through one-shot watches what it missed', async (context) => {
      const { coordinator, faults, root, connect, expect } = context
      const other = (await connect()).coordinator
      for (const name of ['changed', 'deleted', 'same']) await coordinator.create(`${root}/${name}`)
      const [changed, deleted, created, children] = [oneShot(), oneShot(), oneShot(), oneShot()]
      const same: WatchEvent[] = []
      await coordinator.get(`${root}/changed`, changed)
      await coordinator.get(`${root}/deleted`, deleted)
      await coordinator.exists(`${root}/created`, created)
      await coordinator.children(root, children)
      await coordinator.get(`${root}/same`, { watch: (event) => same.push(event) })
      await faults.disconnect()
      await untilState(coordinator, 'suspended')
      await other.set(`${root}/changed`, bytes('x'))
      await other.delete(`${root}/deleted`)
      await other.create(`${root}/created`)
      await faults.reconnect()
      await untilState(coordinator, 'connected')
      const events = await Promise.all([changed.event, deleted.event, created.event, children.event])
      expect(events.map(({ type }) => type)).toEqual(['changed', 'deleted', 'created', 'children'])
      expect(same).toEqual([])
      // The watch that missed nothing is still set.
      await other.set(`${root}/same`, bytes('x'))
      await coordinator.sync(root)
      expect(same).toEqual([{ type: 'changed', path: `${root}/same` }])
    })

    cases.itWithFaults('is told by persistent watches to read again', async (context) => {
      const { coordinator, faults, root, connect, expect } = context
      const other = (await connect()).coordinator
      await using watch = await coordinator.watch(root, { recursive: true })
      const events = watch[Symbol.asyncIterator]()
      await faults.disconnect()
      await untilState(coordinator, 'suspended')
      await other.create(`${root}/missed`)
      await faults.reconnect()
      expect((await events.next()).value).toEqual({ type: 'resync', path: root })
      await other.create(`${root}/seen`)
      expect((await events.next()).value).toEqual({ type: 'created', path: `${root}/seen` })
    })

    cases.itWithFaults('keeps its identities', async ({ coordinator, faults, root, expect }) => {
      await coordinator.addAuth('digest', 'ann:secret')
      const acl = [{ scheme: 'auth', id: '', permissions: ['read', 'write'] }] as const
      await coordinator.create(`${root}/a`, bytes('x'), { acl })
      await faults.disconnect()
      await untilState(coordinator, 'suspended')
      await faults.reconnect()
      await untilState(coordinator, 'connected')
      expect(text((await coordinator.get(`${root}/a`)).data)).toBe('x')
    })
  })

  cases.describe('expiry', () => {
    cases.itWithFaults('ends the session, its ephemeral nodes, watches and holds', async (context) => {
      const { coordinator, faults, root, connect, expect } = context
      const other = (await connect()).coordinator
      const { path } = await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      await other.sync(root)
      const gone = oneShot()
      await other.get(path, gone)
      const ended = oneShot()
      await coordinator.get(root, ended)
      const hold = coordinator.hold(path)
      const states = readStates(coordinator)
      await faults.expire()
      expect((await gone.event).type).toBe('deleted')
      expect((await states).at(-1)).toBe('expired')
      expect(await ended.event).toEqual({ type: 'ended', path: root })
      expect(hold.state).toBe('lost')
      expect(await failure(coordinator.get(root))).toMatchObject({ code: 'RK_CORE_SESSION_EXPIRED' })
      await coordinator.close()
    })

    cases.itWithFaults('comes of being away for longer than the timeout', async (context) => {
      const { coordinator, faults, root, connect, expect } = context
      const other = (await connect()).coordinator
      const { path } = await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      await other.sync(root)
      const { watch, event } = oneShot()
      await other.get(path, { watch })
      const hold = coordinator.hold(path)
      await faults.disconnect()
      expect((await event).type).toBe('deleted')
      // Held things end before the server ends the session, and the session only when the server says so.
      expect(hold.state).toBe('lost')
      expect(coordinator.state).toBe('suspended')
      await faults.reconnect()
      await untilState(coordinator, 'expired')
    })

    cases.itWithFaults('does not keep close from ending', async ({ coordinator, faults, expect }) => {
      await faults.disconnect()
      await coordinator.close()
      expect(coordinator.state).toBe('closed')
    })
  })
}

async function untilState(coordinator: Coordinator, wanted: SessionState): Promise<void> {
  for await (const state of coordinator.states()) if (state === wanted) return
  if (coordinator.state !== wanted) throw new Error(`the session became ${coordinator.state} instead of ${wanted}`)
}
