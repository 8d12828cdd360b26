import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HashRing, type HashRingOptions } from '../src/index.ts'
import { names } from './vectors.ts'

const rings: readonly HashRingOptions[] = [
  {},
  { seed: 42 },
  { placement: 'libketama' },
  { hash: { kind: 'sipHash13', key: new Uint8Array(16).fill(7) } },
]

/** Keys one behind the other in memory that begins somewhere in a larger buffer; `undefined` for no key. */
function laidOut(keys: readonly (Uint8Array | undefined)[], offset: number) {
  const bytes = Buffer.concat([Buffer.alloc(offset), ...keys.map((key) => key ?? Buffer.alloc(0))]).subarray(offset)
  const starts = new Int32Array(keys.length + 3)
  const ends = new Int32Array(keys.length + 3)
  let at = 0
  for (const [index, key] of keys.entries()) {
    starts[index] = key ? at : -1
    at += key?.length ?? 0
    ends[index] = key ? at : -1
  }
  return { bytes, ranges: { starts, ends, length: keys.length } }
}

describe('many keys in one buffer', () => {
  const manyKeys = fc.array(fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }), { maxLength: 140 })

  it.each(rings)('have the positions and the owners that each has by itself (%o)', (options) => {
    const ring = new HashRing(names(40), options)
    fc.assert(
      fc.property(manyKeys, fc.nat({ max: 9 }), (keys, offset) => {
        const { bytes, ranges } = laidOut(keys, offset)
        const positions = new Uint32Array(keys.length + 3).fill(0xffff_fffe)
        ring.hashOfRanges(bytes, ranges, positions)
        const untouched = [0xffff_fffe, 0xffff_fffe, 0xffff_fffe]
        expect([...positions]).toEqual(keys.map((key) => (key ? ring.hashOf(key) : 0xffff_fffe)).concat(untouched))
        const indices = new Int32Array(keys.length + 3).fill(-7)
        ring.indicesOfHashes(positions, keys.length, indices)
        const owners = Array.from(positions.subarray(0, keys.length), (position) => ring.indexOfHash(position))
        expect([...indices]).toEqual(owners.concat([-7, -7, -7]))
      }),
    )
  })

  it('have no owner on a ring without nodes', () => {
    const indices = new Int32Array(2)
    new HashRing().indicesOfHashes(Uint32Array.of(1, 2), 1, indices)
    expect([...indices]).toEqual([-1, 0])
  })

  it('are refused where positions have 64 bits', () => {
    const ring = new HashRing(['a'], { placement: 'envoy' })
    const ranges = { starts: Int32Array.of(0), ends: Int32Array.of(1), length: 1 }
    const refusal = expect.objectContaining({ code: 'RK_HASHING_WIDE_POSITIONS' })
    expect(() => ring.hashOfRanges(Buffer.from('a'), ranges, new Uint32Array(1))).toThrow(refusal)
    expect(() => ring.indicesOfHashes(Uint32Array.of(1), 1, new Int32Array(1))).toThrow(refusal)
  })
})
