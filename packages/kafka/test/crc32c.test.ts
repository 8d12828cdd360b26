import { base64 } from '@ringkeeper-tools/assembler'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { compileFold, MODULE } from '../src/protocol/crc32c-fold.ts'
import { crc32c, registerAfter } from '../src/protocol/crc32c.ts'
import { crc32cFold } from '../wasm/crc32c-fold.ts'

afterEach(() => vi.unstubAllGlobals())

/** Bit by bit, from the polynomial's definition. */
function slowly(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

test('gives the values of RFC 3720, appendix B.4', () => {
  const up = Uint8Array.from({ length: 32 }, (_, index) => index)
  expect(crc32c(new Uint8Array(32), 0, 32)).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff), 0, 32)).toBe(0x62a8ab43)
  expect(crc32c(up, 0, 32)).toBe(0x46dd794e)
  expect(crc32c(up.toReversed(), 0, 32)).toBe(0x113fdb5c)
  expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe3069283)
})

test('of any range equals the definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), fc.nat(20), fc.nat(20), (bytes, front, back) => {
      const padded = Uint8Array.from([...new Uint8Array(front).fill(7), ...bytes, ...new Uint8Array(back).fill(9)])
      expect(crc32c(padded, front, front + bytes.length)).toBe(slowly(bytes))
    }),
  )
})

test('of long bytes equals the definition, wherever they begin and end', () => {
  const bytes = Uint8Array.from({ length: 120_000 }, (_, index) => Math.imul(index, 2654435761) >>> 13)
  const starts = fc.nat(40)
  const ends = fc.oneof(fc.integer({ min: 8150, max: 8250 }), fc.integer({ min: 32_700, max: 40_200 }), fc.nat(120_000))
  fc.assert(
    fc.property(starts, ends, (start, end) => {
      expect(crc32c(bytes, start, Math.max(start, end))).toBe(slowly(bytes.subarray(start, end)))
    }),
  )
  expect(crc32c(bytes, 0, bytes.length)).toBe(slowly(bytes))
})

test('the WebAssembly that folds long bytes is what the assembler makes, and leaves the same register', () => {
  expect(MODULE).toBe(base64(crc32cFold))
  const fold = compileFold()!
  const bytes = Uint8Array.from({ length: 50_000 }, (_, index) => Math.imul(index, 40503) >>> 7)
  const left = fold(bytes, 3, bytes.length)
  expect(~registerAfter(0, left, 0, left.length) >>> 0).toBe(slowly(bytes.subarray(3)))
})

test('needs no WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  vi.resetModules()
  expect(compileFold()).toBeUndefined()
  const { crc32c: byTables } = await import('../src/protocol/crc32c.ts')
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index * 7)
  expect(byTables(bytes, 1, bytes.length)).toBe(slowly(bytes.subarray(1)))
})
