import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JuteReader } from '../src/protocol/jute-reader.ts'
import { JuteWriter } from '../src/protocol/jute-writer.ts'
import { readStat } from '../src/protocol/stat.ts'
import { writeStat } from './support/fake-server.ts'

const value = fc.oneof(
  fc.record({ kind: fc.constant('int' as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
  fc.record({ kind: fc.constant('long' as const), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
  fc.record({ kind: fc.constant('bool' as const), value: fc.boolean() }),
  fc.record({
    kind: fc.constant('string' as const),
    value: fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' }),
  }),
  fc.record({ kind: fc.constant('buffer' as const), value: fc.uint8Array({ maxLength: 300, size: 'max' }) }),
)

function write(
  writer: JuteWriter,
  item: { kind: 'int' | 'long' | 'bool' | 'string' | 'buffer'; value: unknown },
): void {
  ;(writer[item.kind] as (value: unknown) => void).call(writer, item.value)
}

describe('jute', () => {
  it('reads what it wrote, however small the buffer was at first', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), fc.boolean(), (items, ownsBytes) => {
        const writer = new JuteWriter(1)
        for (const item of items) write(writer, item)
        const reader = new JuteReader(Buffer.from(writer.written()), 0, writer.length, ownsBytes)
        for (const item of items) expect(reader[item.kind]()).toEqual(item.value)
        expect(reader.remaining).toBe(0)
      }),
    )
  })

  it('refuses to read past the end, wherever a message is cut off', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.nat(), (items, seed) => {
        const writer = new JuteWriter()
        for (const item of items) write(writer, item)
        const end = seed % writer.length
        // The bytes after the end are there, as in a socket's buffer: only the frame's end protects them.
        const reader = new JuteReader(Buffer.from(writer.written()), 0, end)
        expect(() => items.forEach((item) => reader[item.kind]())).toThrow(/breaks the protocol/)
      }),
    )
  })

  it('refuses a count of items that cannot fit', () => {
    const reader = new JuteReader(Buffer.from('7fffffff00000000', 'hex'))
    expect(() => reader.vector(4, () => reader.int())).toThrow(/2147483647 items cannot fit/)
  })

  it('writes big-endian, strings with their length in bytes', () => {
    const writer = new JuteWriter()
    writer.startFrame()
    writer.int(-2)
    writer.long(0x0102_0304_0506_0708n)
    writer.bool(true)
    writer.string('/a')
    writer.string('é')
    writer.buffer(new Uint8Array([255]))
    expect(writer.endFrame()).toBe(30)
    expect(writer.written().toString('hex')).toBe(
      ['0000001e', 'fffffffe', '0102030405060708', '01', '000000022f61', '00000002c3a9', '00000001ff'].join(''),
    )
  })

  it('hands out data that later messages in the same buffer do not change', () => {
    const bytes = Buffer.from('00000002aabb', 'hex')
    const data = new JuteReader(bytes).buffer()
    bytes.fill(0)
    expect([...data]).toEqual([0xaa, 0xbb])
  })

  it('reads a stat', () => {
    const writer = new JuteWriter()
    writeStat(writer, 0x1_0000_0001n)
    expect(readStat(new JuteReader(writer.written()))).toEqual({
      czxid: 0x1_0000_0001n,
      mzxid: 0x1_0000_0002n,
      ctime: 3_000_000_000_003,
      mtime: 4,
      version: 5,
      cversion: 6,
      aversion: 7,
      ephemeralOwner: 8n,
      dataLength: 9,
      numChildren: 10,
      pzxid: 0x1_0000_000bn,
    })
  })
})
