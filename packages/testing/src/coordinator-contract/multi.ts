import { bytes, failure, text, type ContractCases } from './cases.ts'

/** Several operations as one. */
export function multiCases(cases: ContractCases): void {
  cases.describe('multi', () => {
    cases.it('applies all operations as one transaction', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/set`, bytes('old'))
      await coordinator.create(`${root}/gone`)
      const { zxid, results } = await coordinator.multi([
        { type: 'check', path: root, version: 0 },
        { type: 'create', path: `${root}/a`, data: bytes('1') },
        { type: 'create', path: `${root}/a/b-`, mode: 'ephemeral-sequential' },
        { type: 'set', path: `${root}/set`, data: bytes('new'), version: 0 },
        { type: 'delete', path: `${root}/gone` },
      ])
      expect(results.map(({ path }) => path)).toEqual([
        root,
        `${root}/a`,
        `${root}/a/b-0000000000`,
        `${root}/set`,
        `${root}/gone`,
      ])
      const a = await coordinator.get(`${root}/a`)
      expect(a.stat.czxid).toBe(zxid)
      expect(text(a.data)).toBe('1')
      const b = await coordinator.exists(`${root}/a/b-0000000000`)
      expect(b).toMatchObject({ czxid: zxid, ephemeralOwner: coordinator.sessionId })
      expect((await coordinator.exists(`${root}/set`))?.mzxid).toBe(zxid)
      expect(results[3]?.stat).toMatchObject({ version: 1, mzxid: zxid })
      expect(await coordinator.exists(`${root}/gone`)).toBe(undefined)
    })

    cases.it('gives the stat of what it created, where the server does', async ({ coordinator, root, expect }) => {
      const { zxid, results } = await coordinator.multi([{ type: 'create', path: `${root}/a` }])
      const stat = results[0]?.stat
      if (stat) expect(stat).toMatchObject({ czxid: zxid, version: 0, ephemeralOwner: 0n })
    })

    cases.it('applies nothing when one operation fails, and says which', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/kept`, bytes('old'))
      const before = await coordinator.children(root)
      const error = await failure(
        coordinator.multi([
          { type: 'set', path: `${root}/kept`, data: bytes('new') },
          { type: 'create', path: `${root}/a` },
          { type: 'delete', path: `${root}/kept` },
          { type: 'create', path: `${root}/a` },
          { type: 'check', path: `${root}/never` },
        ]),
      )
      expect(error).toMatchObject({ code: 'RK_CORE_NODE_EXISTS', data: { index: 3, path: `${root}/a` } })
      expect(await coordinator.children(root)).toEqual(before)
      const kept = await coordinator.get(`${root}/kept`)
      expect(text(kept.data)).toBe('old')
      expect(kept.stat.version).toBe(0)
    })

    cases.it('names the cause and index of each kind of failure', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/a`)
      await coordinator.create(`${root}/a/b`)
      await coordinator.create(`${root}/e`, bytes(''), { mode: 'ephemeral' })
      const path = `${root}/x`
      const fails = async (operation: Parameters<typeof coordinator.multi>[0][number]): Promise<unknown> =>
        failure(coordinator.multi([{ type: 'check', path: root }, operation]))
      const at = { data: { index: 1 } }
      const cases = [
        ['RK_CORE_NO_NODE', { type: 'check', path }],
        ['RK_CORE_NO_NODE', { type: 'set', path, data: bytes('') }],
        ['RK_CORE_NO_NODE', { type: 'delete', path }],
        ['RK_CORE_NO_NODE', { type: 'create', path: `${path}/y` }],
        ['RK_CORE_BAD_VERSION', { type: 'check', path: root, version: 7 }],
        ['RK_CORE_BAD_VERSION', { type: 'set', path: root, data: bytes(''), version: 7 }],
        ['RK_CORE_BAD_VERSION', { type: 'delete', path: `${root}/a/b`, version: 7 }],
        ['RK_CORE_NOT_EMPTY', { type: 'delete', path: `${root}/a` }],
        ['RK_CORE_NODE_EXISTS', { type: 'create', path: `${root}/a` }],
        ['RK_CORE_NO_CHILDREN_FOR_EPHEMERALS', { type: 'create', path: `${root}/e/y` }],
      ] as const
      for (const [code, operation] of cases) expect(await fails(operation)).toMatchObject({ code, ...at })
    })

    cases.it('sees its own earlier operations', async ({ coordinator, root, expect }) => {
      await coordinator.multi([
        { type: 'create', path: `${root}/a` },
        { type: 'set', path: `${root}/a`, data: bytes('x'), version: 0 },
        { type: 'check', path: `${root}/a`, version: 1 },
        { type: 'create', path: `${root}/a/b` },
        { type: 'delete', path: `${root}/a/b` },
        { type: 'delete', path: `${root}/a`, version: 1 },
      ])
      expect((await coordinator.children(root)).children).toEqual([])
    })

    cases.it('of checks alone is a transaction of its own', async ({ coordinator, root, expect }) => {
      const first = await coordinator.multi([{ type: 'check', path: root }])
      const second = await coordinator.multi([{ type: 'check', path: root, version: -1 }])
      expect(second.zxid > first.zxid).toBe(true)
      expect(first.results).toEqual([{ path: root }])
    })
  })
}
