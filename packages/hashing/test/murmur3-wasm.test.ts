import { base64 } from '@ringkeeper-tools/assembler'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compileMurmur3, MODULE } from '../src/hash/murmur3-wasm.ts'
import { murmur3Bytes, murmur3Characters, murmur3Signed } from '../src/hash/murmur3.ts'
import { murmur3Text } from '../wasm/murmur3-text.ts'

afterEach(() => vi.unstubAllGlobals())

describe('murmur3 in WebAssembly', () => {
  it('is what the assembler makes', () => {
    expect(MODULE).toBe(base64(murmur3Text))
  })

  it('hashes ASCII of any length, and asks for help with the rest', () => {
    const help = vi.fn((): number => 42)
    const hash = compileMurmur3(help)!
    for (let length = 0; length <= 64; length++) {
      const text = 'The quick brown fox jumps over the lazy dog; 0123456789 and so on ~~~'.slice(0, length)
      expect(hash(text, 7)).toBe(murmur3Bytes(Buffer.from(text), 7, 0, length))
    }
    expect(help).not.toHaveBeenCalled()
    for (const text of ['é', 'abcé', 'abcdef日', '\ud800abcd']) expect(hash(text, 9)).toBe(42)
    expect(help).toHaveBeenLastCalledWith('\ud800abcd', 9)
  })

  it('reads strings however the engine holds them', () => {
    const flat = 'a key that is long enough to be kept in pieces'
    const joined = `${flat.slice(0, 20)}${flat.slice(20)}`
    const part = `${flat}!`.slice(0, -1)
    const wide = `${flat}日`.slice(0, -1)
    for (const text of [joined, part, wide]) expect(murmur3Signed(text, 1)).toBe(murmur3Signed(flat, 1))
  })

  it('gives what JavaScript gives where there is no WebAssembly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer(), (text, seed) => {
        const expected = murmur3Bytes(Buffer.from(text), seed, 0, Buffer.byteLength(text))
        expect(murmur3Signed(text, seed)).toBe(expected)
        expect(murmur3Characters(text, seed)).toBe(expected)
      }),
    )
  })

  it('is not there where the engine or a policy does not let it', () => {
    vi.stubGlobal('WebAssembly', undefined)
    expect(compileMurmur3(() => 0)).toBeUndefined()
  })
})
