import { describe, expect, it } from 'vitest'
import { diff, HashRing, type HashRingOptions } from '../src/index.ts'
import { keys, names } from './vectors.ts'

const code = (name: string): unknown => expect.objectContaining({ code: `RK_HASHING_${name}` })

describe('HashRing', () => {
  it('gives every node its share by weight', () => {
    const ring = new HashRing(['a', { id: 'b', weight: 3 }])
    const owned = keys(20_000).filter((key) => ring.get(key) === 'b').length
    expect(owned / 20_000).toBeGreaterThan(0.7)
    expect(owned / 20_000).toBeLessThan(0.8)
    expect(ring.shares().get('b')).toBeCloseTo(owned / 20_000, 1)
  })

  it('without nodes answers undefined', () => {
    const ring = new HashRing()
    expect(ring.get('a')).toBeUndefined()
    expect(ring.get('a', { exclude: ['b'] })).toBeUndefined()
    expect(ring.getN('a', 3)).toEqual([])
    expect(ring.getN('a', 3, { spreadZones: true })).toEqual([])
    expect(ring.getMany(['a', 'b'])).toEqual([undefined, undefined])
    expect(ring.indexOfHash(5)).toBe(-1)
    expect([...ring.ranges()]).toEqual([])
    expect(new HashRing([], { memo: 10 }).get('a')).toBeUndefined()
  })

  it('with one node gives it everything', () => {
    const ring = new HashRing(['only'], { pointsPerWeight: 1 })
    expect(new Set(keys(1000).map((key) => ring.get(key)))).toEqual(new Set(['only']))
    expect([...ring.ranges()]).toEqual([{ first: 0, last: 0xffff_ffff, node: 'only' }])
  })

  it('does not reach a drained node, and keeps it as a member', () => {
    const ring = new HashRing(['a', 'b', { id: 'c', weight: 0 }])
    expect(ring.nodes).toEqual(['a', 'b'])
    expect(ring.members.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(ring.checksum).toBe(new HashRing(['a', 'b']).checksum)
    expect(ring.with('c').nodes).toEqual(['a', 'b', 'c'])
  })

  it('reaches even the lightest node', () => {
    const ring = new HashRing([
      { id: 'heavy', weight: 1000 },
      { id: 'light', weight: 0.0001 },
    ])
    expect(ring.shares().get('light')).toBeGreaterThan(0)
  })

  it('routes strings, their bytes and ranges of bytes alike', () => {
    const ring = new HashRing(names(50))
    for (const key of [...keys(500), 'schlüssel', '鍵', '', 'x'.repeat(200)]) {
      const bytes = Buffer.from(`__${key}__`)
      const owner = ring.get(key)
      expect(ring.get(Buffer.from(key))).toBe(owner)
      expect(ring.nodes[ring.indexOfHash(ring.hashOf(key))]).toBe(owner)
      expect(ring.nodes[ring.indexOfHash(ring.hashOfRange(bytes, 2, bytes.length - 2))]).toBe(owner)
    }
  })

  it('routes numbers and bigints of one value alike', () => {
    const ring = new HashRing(names(50))
    for (let key = -500; key < 500; key++) expect(ring.get(key * 7919)).toBe(ring.get(BigInt(key) * 7919n))
  })

  it('is versioned, and knows by its checksum who places alike', () => {
    const ring = new HashRing(['a', 'b'], { version: 7 })
    expect(ring.add('c').remove('c').version).toBe(9)
    expect(ring.add('c').remove('c').checksum).toBe(ring.checksum)
    expect(ring.add('c').checksum).not.toBe(ring.checksum)
    expect(new HashRing(['a', 'b'], { seed: 1 }).checksum).not.toBe(ring.checksum)
    expect(new HashRing(['a', 'b'], { pointsPerWeight: 511 }).checksum).not.toBe(ring.checksum)
    expect(new HashRing(['ab', 'c']).checksum).not.toBe(new HashRing(['a', 'bc']).checksum)
  })

  it('places the same on every machine and in every release', () => {
    const ring = new HashRing(['alpha', 'beta', { id: 'gamma', weight: 2.5 }], { seed: 99 })
    expect([ring.checksum, ring.hashOf('user:42'), ring.pointCount]).toMatchInlineSnapshot(`
      [
        553732257,
        2368963215,
        2304,
      ]
    `)
    expect(keys(8).map((key) => ring.get(key))).toMatchInlineSnapshot(`
      [
        "beta",
        "gamma",
        "gamma",
        "gamma",
        "gamma",
        "gamma",
        "gamma",
        "gamma",
      ]
    `)
  })
})

describe('HashRing.get with exclude', () => {
  it('answers who would own the key without the excluded nodes', () => {
    const ring = new HashRing(names(8))
    const without = ring.remove('node-2', 'node-5')
    for (const key of keys(1000)) {
      expect(ring.get(key, { exclude: ['node-2', 'node-5'] })).toBe(without.get(key))
      expect(ring.get(key, { exclude: new Set(['node-2', 'node-5']) })).toBe(without.get(key))
    }
  })

  it('answers undefined when all are excluded', () => {
    const ring = new HashRing(['a', 'b'])
    expect(ring.get('x', { exclude: ['a', 'b'] })).toBeUndefined()
    expect(ring.get('x', { exclude: [] })).toBe(ring.get('x'))
  })
})

it.each(['get', 'getN'] as const)('HashRing.%s refuses to exclude what is no list of ids', (method) => {
  const ring = new HashRing(['node-1', 'node-2'])
  for (const exclude of ['node-1', 5, null, {}, new WeakRef({})]) {
    const options = { exclude: exclude as unknown as string[] }
    const asked = (): unknown => (method === 'get' ? ring.get('x', options) : ring.getN('x', 1, options))
    expect(asked).toThrow(
      expect.objectContaining({
        code: 'RK_HASHING_BAD_OPTION',
        data: expect.objectContaining({ option: 'exclude' }) as object,
      }),
    )
  }
})

describe('HashRing.getN', () => {
  const ring = new HashRing(names(40))

  it('lists distinct nodes in order of preference: each is next when those before are gone', () => {
    for (const key of keys(50)) {
      const all = ring.getN(key, 100)
      expect(new Set(all).size).toBe(40)
      for (const count of [0, 1, 3, 20]) expect(ring.getN(key, count)).toEqual(all.slice(0, count))
      expect(ring.remove(all[0]!, all[1]!).get(key)).toBe(all[2])
    }
  })

  it('leaves out excluded nodes', () => {
    for (const key of keys(50)) {
      const [first, ...rest] = ring.getN(key, 4)
      expect(ring.getN(key, 3, { exclude: [first!] })).toEqual(rest)
    }
  })

  it('uses zones evenly where it should', () => {
    const zoned = new HashRing(names(30).map((id, i) => ({ id, zone: `zone-${i % 3}` })))
    const zoneOf = new Map(zoned.members.map(({ id, zone }) => [id, zone]))
    for (const key of keys(100)) {
      const six = zoned.getN(key, 6, { spreadZones: true }).map((id) => zoneOf.get(id))
      expect(new Set(six.slice(0, 3)).size).toBe(3)
      expect(new Set(six.slice(3)).size).toBe(3)
      expect(zoned.getN(key, 1, { spreadZones: true })).toEqual([zoned.get(key)])
    }
  })

  it('takes a node without a zone for a zone of its own', () => {
    const mixed = new HashRing([{ id: 'a', zone: 'z' }, { id: 'b', zone: 'z' }, 'c', 'd'])
    for (const key of keys(50)) {
      const three = mixed.getN(key, 3, { spreadZones: true })
      expect(three.filter((id) => id === 'a' || id === 'b')).toHaveLength(1)
      expect(mixed.getN(key, 4, { spreadZones: true })).toHaveLength(4)
    }
  })

  it.each([-1, 1.5, Number.NaN])('refuses a count of %s', (count) => {
    expect(() => ring.getN('a', count)).toThrow(code('BAD_OPTION'))
  })
})

describe('HashRing.getMany', () => {
  it('answers like get, into a list that is given', () => {
    const ring = new HashRing(names(9))
    const wanted = keys(100)
    const into: string[] = []
    expect(ring.getMany(wanted, into)).toBe(into)
    expect(into).toEqual(wanted.map((key) => ring.get(key)))
    expect(ring.getMany(wanted)).toEqual(into)
  })
})

describe('HashRing with a memo', () => {
  it('answers as without, also after its capacity is used up', () => {
    const plain = new HashRing(names(9))
    const ring = new HashRing(names(9), { memo: 8 })
    for (let round = 0; round < 3; round++) {
      for (const key of keys(50)) expect(ring.get(key)).toBe(plain.get(key))
    }
    expect(ring.get(5)).toBe(plain.get(5))
  })

  it('starts afresh with every change', () => {
    const ring = new HashRing(names(9), { memo: 1000 })
    const wanted = keys(200)
    const before = wanted.map((key) => ring.get(key))
    const next = ring.remove('node-4')
    expect(wanted.map((key) => next.get(key))).not.toContain('node-4')
    expect(wanted.map((key) => ring.get(key))).toEqual(before)
  })
})

describe('diff', () => {
  it('says which positions move, and between whom', () => {
    const before = new HashRing(names(10))
    const after = before.remove('node-3').add('new').with({ id: 'node-7', weight: 2 })
    const moved = diff(before, after)
    for (const key of keys(3000)) {
      const at = before.hashOf(key)
      const range = moved.find(({ first, last }) => first <= at && at <= last)
      const owners = [before.get(key), after.get(key)]
      if (range === undefined) expect(owners[0]).toBe(owners[1])
      else expect([range.from, range.to]).toEqual(owners)
    }
  })

  it('is empty between rings that place alike, and whole from and to no nodes', () => {
    const ring = new HashRing(['a', 'b'])
    expect(diff(ring, ring.add('c').remove('c'))).toEqual([])
    const all = diff(new HashRing(), new HashRing(['a']))
    expect(all).toEqual([{ first: 0, last: 0xffff_ffff, from: undefined, to: 'a' }])
    expect(diff(new HashRing(['a']), new HashRing())).toEqual([
      { first: 0, last: 0xffff_ffff, from: 'a', to: undefined },
    ])
  })

  it('compares placements that hash keys alike, and refuses others', () => {
    const nodes = ['10.0.0.1:11211', '10.0.0.2:11211']
    const ketama = new HashRing(nodes, { placement: 'libketama' })
    expect(diff(ketama, new HashRing(nodes, { placement: 'libmemcached' })).length).toBeGreaterThan(0)
    expect(() => diff(ketama, new HashRing(nodes))).toThrow(code('DIFFERENT_HASH'))
    expect(() => diff(new HashRing(nodes), new HashRing(nodes, { seed: 1 }))).toThrow(code('DIFFERENT_HASH'))
  })
})

describe('HashRing refuses', () => {
  it.each([
    ['a weight below 0', [{ id: 'a', weight: -1 }], 'BAD_WEIGHT'],
    ['a weight that is no number', [{ id: 'a', weight: Number.NaN }], 'BAD_WEIGHT'],
    ['an infinite weight', [{ id: 'a', weight: Number.POSITIVE_INFINITY }], 'BAD_WEIGHT'],
    ['an empty id', [''], 'BAD_NODE'],
    ['a node without id', [{ weight: 1 }], 'BAD_NODE'],
    ['a node that is none', [null], 'BAD_NODE'],
    ['a zone that is no text', [{ id: 'a', zone: 5 }], 'BAD_OPTION'],
    ['a node twice', ['a', 'b', 'a'], 'DUPLICATE_NODE'],
    ['a text in place of a list', 'redis', 'BAD_OPTION'],
    ['an object in place of a list', { '10.0.0.1:11211': { weight: 2 } }, 'BAD_OPTION'],
    ['nothing in place of a list', null, 'BAD_OPTION'],
  ])('%s', (_, nodes, error) => {
    expect(() => new HashRing(nodes as string[])).toThrow(code(error))
  })

  it.each<[string, HashRingOptions]>([
    ['placement', { placement: 'toString' as 'modern' }],
    ['pointsPerWeight', { pointsPerWeight: 0 }],
    ['seed', { seed: -1 }],
    ['memo', { memo: 1.5 }],
    ['version', { version: -1 }],
    ['maxPoints', { maxPoints: 0 }],
  ])('a bad %s, and names it', (option, options) => {
    expect(() => new HashRing(['a'], options)).toThrow(
      expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION', data: expect.objectContaining({ option }) }),
    )
  })

  it('to build more points than allowed, before it builds any', () => {
    expect(() => new HashRing(['a', { id: 'b', weight: 1e9 }])).toThrow(code('TOO_MANY_POINTS'))
    expect(() => new HashRing(names(10), { maxPoints: 5119 })).toThrow(code('TOO_MANY_POINTS'))
    expect(new HashRing(names(10), { maxPoints: 5120 }).pointCount).toBe(5120)
    expect(() => new HashRing(['a'], { maxPoints: 600 }).add('b')).toThrow(code('TOO_MANY_POINTS'))
  })

  it('to take more memory than the allowed points are worth, as many nodes with few points each would', () => {
    const nodes = names(60_000)
    const { byteLength, pointCount } = new HashRing(nodes, { pointsPerWeight: 1, maxPoints: 1_000_000 })
    expect(pointCount).toBe(60_000)
    expect(byteLength).toBeLessThan(16 * 1_000_000)
    const build = (): HashRing => new HashRing(nodes, { pointsPerWeight: 1, maxPoints: 60_000 })
    expect(build).toThrow(code('TOO_MANY_NODES'))
    expect(build).toThrow(/60000 nodes with 60000 points .* maxPoints, 60000/)
    // Small rings are built whatever they take.
    expect(new HashRing(names(100), { pointsPerWeight: 1, maxPoints: 100 }).pointCount).toBe(100)
  })

  it('to add who is there and to remove who is not', () => {
    const ring = new HashRing(['a', 'b'])
    expect(() => ring.add('b')).toThrow(code('DUPLICATE_NODE'))
    expect(() => ring.remove('c')).toThrow(code('UNKNOWN_NODE'))
  })
})
