import { bytes, failure, text, type ContractCases } from './cases.ts'

/** Creating nodes. */
export function createCases(cases: ContractCases): void {
  cases.describe('create', () => {
    cases.it('makes a node with data and says its path and stat', async ({ coordinator, root, expect }) => {
      const before = Date.now()
      const created = await coordinator.create(`${root}/a`, bytes('hello'))
      expect(created.path).toBe(`${root}/a`)
      const read = await coordinator.get(`${root}/a`)
      expect(text(read.data)).toBe('hello')
      expect(read.stat).toEqual(created.stat)
      expect(read.stat).toEqual({
        czxid: created.stat.czxid,
        mzxid: created.stat.czxid,
        pzxid: created.stat.czxid,
        ctime: created.stat.ctime,
        mtime: created.stat.ctime,
        version: 0,
        cversion: 0,
        aversion: 0,
        ephemeralOwner: 0n,
        dataLength: 5,
        numChildren: 0,
      })
      expect(Math.abs(created.stat.ctime - before) < 60_000).toBe(true)
    })

    cases.it('takes empty data as the default', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/a`)
      expect([...(await coordinator.get(`${root}/a`)).data]).toEqual([])
    })

    cases.it('refuses a node that exists', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/a`)
      expect(await failure(coordinator.create(`${root}/a`))).toMatchObject({ code: 'RK_CORE_NODE_EXISTS' })
    })

    cases.it('refuses a node without a parent', async ({ coordinator, root, expect }) => {
      expect(await failure(coordinator.create(`${root}/a/b`))).toMatchObject({ code: 'RK_CORE_NO_NODE' })
    })

    cases.it('refuses what is no path', async ({ coordinator, root, expect }) => {
      for (const path of ['', 'a', `${root}/`, `${root}//a`, `${root}/./a`, `${root}/..`, `${root}/a\u0000`])
        expect(await failure(coordinator.create(path))).toMatchObject({ code: 'RK_CORE_INVALID_PATH', data: { path } })
    })

    cases.it('refuses more data than a request may carry, and goes on', async ({ coordinator, root, expect }) => {
      const large = new Uint8Array(1_100_000)
      expect(await failure(coordinator.create(`${root}/a`, large))).toMatchObject({ code: 'RK_CORE_TOO_LARGE' })
      await coordinator.create(`${root}/a`, large.subarray(0, 1_000_000))
      expect((await coordinator.exists(`${root}/a`))?.dataLength).toBe(1_000_000)
    })

    cases.it('keeps the data that was given, whatever becomes of the array', async ({ coordinator, root, expect }) => {
      const data = bytes('abc')
      const pending = coordinator.create(`${root}/a`, data)
      await pending
      data[0] = 0
      const read = await coordinator.get(`${root}/a`)
      expect(text(read.data)).toBe('abc')
    })
  })

  cases.describe('sequential names', () => {
    cases.it('count the creates of the parent, ten digits wide', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/plain`)
      const first = await coordinator.create(`${root}/s-`, bytes(''), { mode: 'persistent-sequential' })
      await coordinator.delete(`${root}/plain`)
      const second = await coordinator.create(`${root}/t-`, bytes(''), { mode: 'ephemeral-sequential' })
      expect([first.path, second.path]).toEqual([`${root}/s-0000000001`, `${root}/t-0000000002`])
      expect(second.stat.ephemeralOwner).toBe(coordinator.sessionId)
    })

    cases.it('may consist of the counter alone', async ({ coordinator, root, expect }) => {
      const { path } = await coordinator.create(`${root}/`, bytes(''), { mode: 'persistent-sequential' })
      expect(path).toBe(`${root}/0000000000`)
    })

    cases.it('follow the order of the requests', async ({ coordinator, root, expect }) => {
      const made = await Promise.all(
        Array.from({ length: 20 }, () => coordinator.create(`${root}/n`, bytes(''), { mode: 'persistent-sequential' })),
      )
      const paths = made.map(({ path }) => path)
      expect(paths).toEqual([...paths].sort())
    })
  })

  cases.describe('containers', () => {
    cases.it('take children like any node', async ({ coordinator, root, expect }) => {
      if (!coordinator.capabilities.containers) return
      const { stat } = await coordinator.create(`${root}/c`, bytes('x'), { mode: 'container' })
      // How a container shows in the stat is the server's own affair, but it belongs to no session.
      expect(stat.numChildren).toBe(0)
      await coordinator.create(`${root}/c/a`)
      expect((await coordinator.children(`${root}/c`)).children).toEqual(['a'])
    })
  })

  cases.describe('access lists', () => {
    cases.it('keep a session out that has no identity of the list', async ({ coordinator, root, connect, expect }) => {
      await coordinator.addAuth('digest', 'ann:secret')
      const acl = [{ scheme: 'auth', id: '', permissions: ['read', 'write', 'create', 'delete', 'admin'] }] as const
      await coordinator.create(`${root}/a`, bytes('x'), { acl })
      const other = (await connect()).coordinator
      await other.sync(root)
      const denied = { code: 'RK_CORE_NO_AUTH' }
      expect(await failure(other.get(`${root}/a`))).toMatchObject(denied)
      expect(await failure(other.children(`${root}/a`))).toMatchObject(denied)
      expect(await failure(other.set(`${root}/a`, bytes('y')))).toMatchObject(denied)
      expect(await failure(other.create(`${root}/a/b`))).toMatchObject(denied)
      await other.addAuth('digest', 'ann:secret')
      await other.set(`${root}/a`, bytes('y'))
      expect(text((await coordinator.get(`${root}/a`)).data)).toBe('y')
    })

    cases.it('may not be empty or unknown', async ({ coordinator, root, expect }) => {
      const invalid = { code: 'RK_CORE_INVALID_ACL' }
      expect(await failure(coordinator.create(`${root}/a`, bytes(''), { acl: [] }))).toMatchObject(invalid)
      const acl = [{ scheme: 'nobody-knows', id: 'x', permissions: ['read'] }] as const
      expect(await failure(coordinator.create(`${root}/a`, bytes(''), { acl }))).toMatchObject(invalid)
    })
  })
}
