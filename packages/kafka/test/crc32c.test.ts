import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c } from '../src/protocol/crc32c.ts'

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
