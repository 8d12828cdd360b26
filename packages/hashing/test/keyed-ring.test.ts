import { describe, expect, it } from 'vitest'
import { diff, HashRing, sipHash13, type HashRingJSON, type KeyHash } from '../src/index.ts'
import { keys, names } from './vectors.ts'

const code = (name: string): unknown => expect.objectContaining({ code: `RK_HASHING_${name}` })
const secret = (fill: number): KeyHash => ({ kind: 'sipHash13', key: new Uint8Array(16).fill(fill) })
const owners = (ring: HashRing): (string | undefined)[] => ring.getMany(keys(500))

describe('a ring with a secret', () => {
  const nodes = names(20)
  const ring = new HashRing(nodes, { hash: secret(7) })

  it('places keys by the lower half of SipHash-1-3', () => {
    const key = new Uint8Array(16).fill(7)
    for (const data of ['user:42', 'schlüssel', 'x'.repeat(100), Buffer.from('bytes'), 42, -1n]) {
      expect(ring.hashOf(data)).toBe(Number(BigInt.asUintN(32, sipHash13(data, key))))
      expect(ring.nodes[ring.indexOfHash(ring.hashOf(data))]).toBe(ring.get(data))
    }
  })

  it('places strings, their bytes and ranges of bytes alike', () => {
    for (const key of keys(100)) {
      const bytes = Buffer.from(`__${key}__`)
      expect(ring.get(Buffer.from(key))).toBe(ring.get(key))
      expect(ring.hashOfRange(bytes, 2, bytes.length - 2)).toBe(ring.hashOf(key))
    }
  })

  it('places them elsewhere with another secret, and alike with the same', () => {
    expect(owners(new HashRing(nodes, { hash: secret(7) }))).toEqual(owners(ring))
    expect(owners(new HashRing(nodes, { hash: secret(8) }))).not.toEqual(owners(ring))
    expect(owners(new HashRing(nodes))).not.toEqual(owners(ring))
    const sums = [secret(7), secret(8), undefined].map((hash) => new HashRing(nodes, { hash }).checksum)
    expect(sums[0]).toBe(ring.checksum)
    expect(new Set(sums).size).toBe(3)
    expect(new HashRing(nodes, { hash: 'murmur3' }).checksum).toBe(sums[2])
  })

  it('moves only the keys of a node that leaves', () => {
    const gone = nodes[3]!
    const next = ring.remove(gone)
    for (const key of keys(500)) if (ring.get(key) !== gone) expect(next.get(key)).toBe(ring.get(key))
    expect(ring.diff(next).every(({ from }) => from === gone)).toBe(true)
    expect(ring.getN('user:42', 3)[0]).toBe(ring.get('user:42'))
  })

  it('does not change with the bytes that the secret came in', () => {
    const key = new Uint8Array(16).fill(7)
    const own = new HashRing(nodes, { hash: { kind: 'sipHash13', key } })
    key.fill(0)
    expect(owners(own)).toEqual(owners(ring))
  })

  it('remembers hot keys too', () => {
    const quick = new HashRing(nodes, { hash: secret(7), memo: 1000 })
    expect(owners(quick)).toEqual(owners(ring))
    expect(owners(quick)).toEqual(owners(ring))
  })

  it('is compared only with rings of the same secret', () => {
    expect(diff(ring, new HashRing(nodes, { hash: secret(7) }))).toEqual([])
    for (const other of [new HashRing(nodes, { hash: secret(8) }), new HashRing(nodes)]) {
      expect(() => diff(ring, other)).toThrow(code('DIFFERENT_HASH'))
      expect(() => diff(other, ring)).toThrow(code('DIFFERENT_HASH'))
    }
  })

  it('keeps the secret out of its snapshots, and a reader must bring it', () => {
    const text = JSON.stringify(ring)
    const json = JSON.parse(text) as HashRingJSON
    expect(text).not.toMatch(/"key"|7,7|0707/)
    expect(owners(HashRing.fromJSON(json, { hash: secret(7) }))).toEqual(owners(ring))
    expect(owners(HashRing.fromShared(structuredClone(ring.toShared()), { hash: secret(7) }))).toEqual(owners(ring))
    expect(() => HashRing.fromJSON(json)).toThrow(code('BAD_SNAPSHOT'))
    expect(() => HashRing.fromJSON(json, { hash: secret(8) })).toThrow(code('BAD_SNAPSHOT'))
    expect(() => HashRing.fromJSON(new HashRing(nodes).toJSON(), { hash: secret(7) })).toThrow(code('BAD_SNAPSHOT'))
  })

  it('refuses a secret of another length, another kind and other placements', () => {
    const refused = [
      { hash: { kind: 'sipHash13', key: new Uint8Array(8) } },
      { hash: { kind: 'sipHash13', key: 'secret' } },
      { hash: { kind: 'sipHash24', key: new Uint8Array(16) } },
      { hash: 'sipHash13' },
      { hash: null },
      { hash: secret(7), placement: 'libketama' },
    ]
    const inText = refused[1] as ConstructorParameters<typeof HashRing>[1]
    expect(() => new HashRing(nodes, inText)).toThrow(/option key is "a string"; give/)
    for (const options of refused) {
      expect(() => new HashRing(nodes, options as ConstructorParameters<typeof HashRing>[1])).toThrow(
        code('BAD_OPTION'),
      )
    }
  })
})
