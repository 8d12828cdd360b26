import { bytes, failure, text, type ContractCases } from './cases.ts'

/** Creating nodes. */
export function createCases(cases: ContractCases): void {
  cases.describe('create', () => {
    cases.it('makes a node with data and says its path and stat', async ({ coordinator, root, expect }) => {
      const created = await coordinator.create(`${root}/a`, bytes('hello'))
      expect(created.path).toBe(`${root}/a`)
      const read = await coordinator.get(`${root}/a`)
      expect(text(read.data)).toBe('hello')
      expect(read.stat).toEqual(created.stat)
      expect(read.stat).toMatchObject({
        version: 0,
        cversion: 0,
        aversion: 0,
        ephemeralOwner: 0n,
        dataLength: 5,
        numChildren: 0,
        mzxid: read.stat.czxid,
        pzxid: read.stat.czxid,
      })
    })

    cases.it('refuses a node that exists', async ({ coordinator, root, expect }) => {
      await coordinator.create(`${root}/a`)
      expect(await failure(coordinator.create(`${root}/a`))).toMatchObject({ code: 'RK_CORE_NODE_EXISTS' })
    })

    cases.it('refuses a node without a parent', async ({ coordinator, root, expect }) => {
      expect(await failure(coordinator.create(`${root}/a/b`))).toMatchObject({ code: 'RK_CORE_NO_NODE' })
    })
  })
}
