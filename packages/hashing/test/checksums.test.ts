import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { HashRing, Maglev, Rendezvous, SlotTable } from '../src/index.ts'

describe.each(Object.entries({ Rendezvous, Maglev, SlotTable }))('The checksum of %s', (_, Router) => {
  it.each([
    [8 * 2 ** 30, 32 * 2 ** 30],
    [1, 2 ** 32 + 1],
    [1e-11, 5e-11],
    [1, 1.000000000001],
  ])('tells the weights %d and %d apart', (one, other) => {
    const sumOf = (weight: number): number => new Router(['a', { id: 'b', weight }]).checksum
    expect(sumOf(one)).not.toBe(sumOf(other))
  })
})

it('A table is refused in which a large weight is damaged', () => {
  const json = new SlotTable([
    { id: 'a', weight: 2 ** 33 },
    { id: 'b', weight: 2 ** 33 },
  ]).toJSON()
  const [a, b] = json.nodes
  const damaged = { ...json, nodes: [a!, { ...b!, weight: 2 ** 42 }] }
  expect(() => SlotTable.fromJSON(damaged)).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_SNAPSHOT' }))
})

/** Places keys by every router, given the nodes in this order. */
const program = (nodes: readonly string[]): string => `
  const h = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)})
  const nodes = ${JSON.stringify(nodes)}
  const keys = Array.from({ length: 300 }, (_, i) => 'key:' + i)
  const ordered = nodes.toSorted()
  const routers = [
    new h.HashRing(nodes), new h.Rendezvous(nodes), new h.Maglev(nodes), new h.SlotTable(nodes),
    new h.Jump(ordered), new h.JumpBack(ordered), new h.Memento(ordered),
  ]
  console.log(JSON.stringify(routers.map((router) => [router.checksum, keys.map((key) => router.getN(key, 3))])))
`

it('Two processes that are given the nodes in another order place every key alike', { timeout: 60_000 }, () => {
  const nodes = Array.from({ length: 12 }, (_, i) => `10.0.0.${i}:9000`)
  const placedBy = (order: readonly string[]): string => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=@ringkeeper/source', '--input-type=module', '-e', program(order)],
      { encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    return stdout
  }
  const placed = placedBy(nodes)
  expect(JSON.parse(placed)).toHaveLength(7)
  expect(placedBy(nodes.toReversed())).toBe(placed)
  expect((JSON.parse(placed) as [number][])[0]![0]).toBe(new HashRing(nodes).checksum)
})
