import { describe, expect, it } from 'vitest'
import {
  BoundedLoad,
  HashRing,
  javaHashCode,
  Jump,
  jump,
  JumpBack,
  KeyRegistry,
  Maglev,
  Memento,
  murmur3,
  Rendezvous,
  SlotTable,
  sparkMurmur3,
  xxh32,
} from '../src/index.ts'

/** What plain JavaScript may call: nothing that the types allow. */
const any = <T>(value: unknown): T => value as T

/** A table after a plan with this move, as another process may have sent it. */
function applied(move: unknown): SlotTable {
  const table = new SlotTable(['a', 'b'], { slots: 4 })
  return table.apply({ ...table.plan(['a', 'b']), moves: [any(move)] })
}

describe('What JavaScript may pass by mistake is refused with a code', () => {
  it.each<[string, () => unknown]>([
    ['HashRing, no options', () => new HashRing([], any(null))],
    ['HashRing, an unknown option', () => new HashRing([], any({ placment: 'libketama' }))],
    ['HashRing.get, nodes in place of options', () => new HashRing(['a']).get('k', any(['a']))],
    ['HashRing.get, a node in place of options', () => new HashRing(['a']).get('k', any('a'))],
    ['HashRing.get, an unknown option', () => new HashRing(['a']).get('k', any({ exclud: ['a'] }))],
    ['HashRing.getN, an unknown option', () => new HashRing(['a']).getN('k', 1, any({ spreadZone: true }))],
    ['HashRing.diff, no ring', () => new HashRing(['a']).diff(any(new Rendezvous(['a'])))],
    ['Maglev, an unknown option', () => new Maglev([], any({ sise: 7 }))],
    ['BoundedLoad, an unknown option', () => new BoundedLoad(new HashRing(), any({ epsilon: 0.25 }))],
    ['HashRing.fromJSON, no options', () => HashRing.fromJSON(new HashRing().toJSON(), any(null))],
    ['HashRing.fromShared, no options', () => HashRing.fromShared(new HashRing().toShared(), any(null))],
    ['Rendezvous, no options', () => new Rendezvous([], any(null))],
    ['Rendezvous, a version', () => new Rendezvous([], { version: -1 })],
    ['Maglev, no options', () => new Maglev([], any(null))],
    ['Maglev, a version', () => new Maglev([], { version: 0.5 })],
    ['Jump, no options', () => new Jump([], any(null))],
    ['Jump, a version', () => new Jump([], { version: -1 })],
    ['Jump, a version as text', () => new Jump([], { version: any('1') })],
    ['JumpBack, no options', () => new JumpBack([], any(null))],
    ['JumpBack, a version', () => new JumpBack([], { version: Number.NaN })],
    ['Memento, no nodes', () => new Memento(any(null))],
    ['SlotTable, no options', () => new SlotTable([], any(null))],
    ['SlotTable.plan, no options', () => new SlotTable().plan([], any(null))],
    ['Jump, nodes with weights', () => new Jump(any([{ id: 'a', weight: 0 }, 'b']))],
    ['JumpBack.push, nothing', () => new JumpBack().push(any(null))],
    ['Memento, nodes with weights', () => new Memento(any([{ id: 'a', weight: 0 }, 'b']))],
    ['Memento.add, nothing', () => new Memento(['a']).add(any(null))],
    ['Memento.add, an object', () => new Memento(['a']).add(any({ id: 'x' }))],
    ['Memento.remove, nothing', () => new Memento(['a', 'b', 'c']).remove('a').remove(any(null))],
    ['SlotTable.apply, no move', () => applied(null)],
    ['SlotTable.apply, a slot that is not there', () => applied({ slot: 9, to: 'b' })],
    ['SlotTable.apply, a node that is not there', () => applied({ slot: 0, to: 'zz' })],
    ['SlotTable.apply, a move to nobody', () => applied({ slot: 0 })],
    ['SlotTable.apply, nothing', () => new SlotTable().apply(any(null))],
    ['SlotTable.apply, no plan', () => new SlotTable().apply(any({ version: 0, checksum: new SlotTable().checksum }))],
    ['BoundedLoad, nothing', () => new BoundedLoad(any(undefined))],
    ['BoundedLoad, no router', () => new BoundedLoad(any({}))],
    ['BoundedLoad, half a router', () => new BoundedLoad(any({ getN: () => [] }))],
    ['BoundedLoad, no options', () => new BoundedLoad(new HashRing(), any(null))],
    ['BoundedLoad, no router later', () => (new BoundedLoad(new HashRing()).router = any(null))],
    ['KeyRegistry, nothing', () => new KeyRegistry(any(undefined))],
    ['KeyRegistry.reroute, nothing', () => new KeyRegistry(new HashRing()).reroute(any(undefined))],
    ['murmur3, a seed', () => murmur3('a', any(1n))],
    ['murmur3, a seed that is no number', () => murmur3('a', Number.NaN)],
    ['murmur3, a fraction as a seed', () => murmur3('a', 0.5)],
    ['xxh32, a seed', () => xxh32('a', any(1n))],
    ['sparkMurmur3, a seed', () => sparkMurmur3('a', any('42'))],
  ])('%s', (_, call) => {
    expect(call).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' }))
  })

  it.each<[string, () => unknown, RegExp]>([
    ['javaHashCode, a number', () => javaHashCode(any(5)), /^5 cannot be hashed; give a string$/],
    ['javaHashCode, bytes', () => javaHashCode(any(new Uint8Array(2))), /give a string$/],
    ['jump, a text', () => jump(any('a'), 2), /give a safe integer or a bigint/],
    ['sparkMurmur3, a fraction', () => sparkMurmur3(0.5), /give an integer of 32 bits/],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_KEY' }))
    expect(call).toThrow(message)
  })
})

it('A router that is refused leaves the one before in place', () => {
  const ring = new HashRing(['a'])
  const loads = new BoundedLoad(ring)
  expect(() => (loads.router = any(null))).toThrow()
  expect(loads.router).toBe(ring)
})

it('A ring that is larger than its reader allows is not taken for a damaged one', () => {
  const many = Array.from({ length: 70_000 }, (_, i) => `n${i}`)
  const json = new HashRing(many, { pointsPerWeight: 1 }).toJSON()
  const opened = (): HashRing => HashRing.fromJSON(json, { maxPoints: 1_000_000 })
  expect(opened).toThrow(expect.objectContaining({ code: 'RK_HASHING_TOO_MANY_NODES' }))
})

it('Two names of one server are refused where a program takes them for one', () => {
  const nodes = ['10.0.0.1', '10.0.0.1:11211']
  const made = (): HashRing => new HashRing(nodes, { placement: 'libmemcached' })
  expect(made).toThrow(expect.objectContaining({ code: 'RK_HASHING_DUPLICATE_NODE' }))
  expect(new HashRing(nodes, { placement: 'libketama' }).nodes).toHaveLength(2)
})
