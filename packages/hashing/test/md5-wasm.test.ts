import { base64 } from '@ringkeeper-tools/assembler'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { compileMd5, MODULE } from '../src/hash/md5-wasm.ts'
import { inJavaScript, md5 } from '../src/hash/md5.ts'
import { md5Text } from '../wasm/md5-text.ts'

afterEach(() => vi.unstubAllGlobals())

const expected = (text: string): string => createHash('md5').update(text).digest('hex')
const hex = (digest: ArrayBufferView): string =>
  Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('hex')

describe('MD5 in WebAssembly', () => {
  it('is what the assembler makes', () => {
    expect(MODULE).toBe(base64(md5Text))
  })

  it('takes ASCII of up to 55 characters, whatever came before', () => {
    const text = 'The quick brown fox jumps over the lazy dog; 0123456789 and so on'
    for (let length = 55; length >= 0; length--)
      expect(hex(md5(text.slice(0, length)))).toBe(expected(text.slice(0, length)))
  })

  it('says of all other text that it is not ASCII, and that is hashed all the same', () => {
    const { take } = compileMd5(new Int32Array(64))!
    for (const text of ['é', 'abcé', 'abcdef日', '\ud800abcd', `${'x'.repeat(54)}é`]) {
      expect(take(text)).toBeGreaterThan(0x7f)
      expect(hex(md5(text))).toBe(expected(text))
    }
    expect(take('plain ~')).toBeLessThanOrEqual(0x7f)
  })

  it('gives what JavaScript gives where there is no WebAssembly', () => {
    const { take, digest } = inJavaScript()
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 55 }), (text) => {
        expect(take(text)).toBeLessThanOrEqual(0x7f)
        expect(hex(digest)).toBe(expected(text))
        expect(hex(md5(text))).toBe(expected(text))
      }),
    )
    expect(take('é')).toBeGreaterThan(0x7f)
  })

  it('is not there where the engine or a policy does not let it', () => {
    vi.stubGlobal('WebAssembly', undefined)
    expect(compileMd5(new Int32Array(64))).toBeUndefined()
  })
})
