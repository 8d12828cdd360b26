import { bytes, failure, text, type ContractCases } from './cases.ts'

/** get, set, delete, exists, children, sync. */
export function readAndWriteCases(cases: ContractCases): void {
  cases.describe('get and set', () => {
    cases.it('count versions and move mzxid and mtime only', async ({ coordinator, root, expect }) => {
      const { stat: first } = await coordinator.create(`${root}/a`, bytes('1'))
      const second = await coordinator.set(`${root}/a`, bytes('22'))
      expect(second).toMatchObject({
        version: 1,
        czxid: first.czxid,
        pzxid: first.pzxid,
        ctime: first.ctime,
        dataLength: 2,
      })
      expect(second.mzxid > first.mzxid).toBe(true)
      const read = await coordinator.get(`${root}/a`)
      expect(text(read.data)).toBe('22')
      expect(read.stat).toEqual(second)
    })

    cases.it('set writes only over the version asked for', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/a`, bytes('1'))
      await coordinator.set(`${root}/a`, bytes('2'), { version: 0 })
      const stale = await failure(coordinator.set(`${root}/a`, bytes('3'), { version: 0 }))
      expect(stale).toMatchObject({ code: 'RK_CORE_BAD_VERSION', data: { path: `${root}/a` } })
      expect(text((await coordinator.get(`${root}/a`)).data)).toBe('2')
    })

    cases.it('fail without the node', async ({ coordinator, root, expect }) => {
      const missing = { code: 'RK_CORE_NO_NODE', data: { path: `${root}/a` } }
      expect(await failure(coordinator.get(`${root}/a`))).toMatchObject(missing)
      expect(await failure(coordinator.set(`${root}/a`, bytes('x')))).toMatchObject(missing)
      expect(await failure(coordinator.children(`${root}/a`))).toMatchObject(missing)
      expect(await coordinator.exists(`${root}/a`)).toBe(undefined)
    })
  })

  cases.describe('delete', () => {
    cases.it('removes the node of the version asked for', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/a`)
      await coordinator.set(`${root}/a`, bytes('x'))
      const stale = await failure(coordinator.delete(`${root}/a`, { version: 0 }))
      expect(stale).toMatchObject({ code: 'RK_CORE_BAD_VERSION' })
      await coordinator.delete(`${root}/a`, { version: 1 })
      expect(await coordinator.exists(`${root}/a`)).toBe(undefined)
      expect(await failure(coordinator.delete(`${root}/a`))).toMatchObject({ code: 'RK_CORE_NO_NODE' })
    })

    cases.it('refuses a node with children', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/a`)
      await coordinator.create(`${root}/a/b`)
      expect(await failure(coordinator.delete(`${root}/a`))).toMatchObject({ code: 'RK_CORE_NOT_EMPTY' })
    })

    cases.it('refuses the root', async ({ coordinator, expect }) => {
      expect(await failure(coordinator.delete('/'))).toMatchObject({ code: 'RK_CORE_INVALID_PATH' })
    })
  })

  cases.describe('children', () => {
    cases.it('are names in order, and count in the stat of the parent', async ({ coordinator, root, expect }) => {
      const empty = await coordinator.children(root)
      expect(empty.children).toEqual([])
      for (const name of ['b', 'a', 'c']) await coordinator.create(`${root}/${name}`)
      await coordinator.delete(`${root}/c`)
      const { children, stat } = await coordinator.children(root)
      expect(children).toEqual(['a', 'b'])
      // cversion counts creates and deletes.
      expect(stat).toMatchObject({ numChildren: 2, cversion: 4, version: 0, mzxid: empty.stat.mzxid })
      const last = await coordinator.create(`${root}/d`)
      expect((await coordinator.exists(root))?.pzxid).toBe(last.stat.czxid)
    })

    cases.it('pzxid moves with a delete, and not with a change of a child', async ({ coordinator, root, expect }) => {
      const { stat } = await coordinator.create(`${root}/a`)
      await coordinator.set(`${root}/a`, bytes('x'))
      expect((await coordinator.exists(root))?.pzxid).toBe(stat.czxid)
      await coordinator.delete(`${root}/a`)
      const after = await coordinator.exists(root)
      expect(after !== undefined && after.pzxid > stat.czxid).toBe(true)
    })
  })

  cases.describe('order', () => {
    cases.it('requests made without waiting are applied and answered in order', async (context) => {
      const { coordinator, root, expect } = context
      const answered: string[] = []
      const note = (name: string) => (): void => void answered.push(name)
      const created = coordinator.create(`${root}/a`, bytes('1')).then(note('create'))
      const set = coordinator.set(`${root}/a`, bytes('2')).then(note('set'))
      const read = coordinator.get(`${root}/a`)
      const removed = coordinator.delete(`${root}/a`).then(note('delete'))
      const gone = coordinator.exists(`${root}/a`).then(note('exists'))
      await Promise.all([created, set, removed, gone])
      expect(text((await read).data)).toBe('2')
      expect(answered).toEqual(['create', 'set', 'delete', 'exists'])
    })

    cases.it('another session sees a write after sync', async ({ coordinator, root, connect, expect }) => {
      const other = (await connect()).coordinator
      await coordinator.create(`${root}/a`, bytes('1'))
      const synced = other.sync(root)
      const read = await other.get(`${root}/a`)
      await synced
      expect(text(read.data)).toBe('1')
    })
  })

  cases.describe('signals', () => {
    cases.it('an aborted signal ends the wait with its reason', async ({ coordinator, root, expect }) => {
      const reason = new Error('enough')
      const caught: unknown[] = []
      const note = (error: unknown): void => void caught.push(error)
      await coordinator.get(root, { signal: AbortSignal.abort(reason) }).catch(note)
      const controller = new AbortController()
      const pending = coordinator.create(`${root}/a`, bytes(''), { signal: controller.signal }).catch(note)
      controller.abort(reason)
      await pending
      expect(caught).toEqual([reason, reason])
      // What was sent may have been applied, and the session goes on.
      await coordinator.sync(root)
      expect((await coordinator.get(root)).stat.version).toBe(0)
    })
  })
}
