import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameReader } from '../src/connection/frame-reader.ts'
import { frame } from './support/fake-server.ts'

/** Frames of 16 bytes and more: a header's size, then a body. */
const body = fc.uint8Array({ minLength: 16, maxLength: 200, size: 'max' })

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, index = 0; at < bytes.length; index += 1) {
    const size = sizes[index % sizes.length] as number
    // A copy, like what a socket's buffer holds at that moment.
    chunks.push(Buffer.from(bytes.subarray(at, at + size)))
    at += size
  }
  return chunks
}

/** What a reader makes of chunks: each frame's bytes, or its length when it is oversize. */
function readAll(reader: FrameReader, chunks: readonly Buffer[], keepAfter: number): (number[] | number)[] {
  const frames: (number[] | number)[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let next = reader.next(); next; next = reader.next()) {
      const bytes: number[] = []
      while (next.reader.remaining > 0) bytes.push(next.reader.bool() ? 1 : 0)
      frames.push(next.oversize ?? bytes)
      if (frames.length === keepAfter) {
        reader.keep()
        chunk.fill(0xee)
      }
    }
    chunk.fill(0xee)
  }
  return frames
}

describe('frame reader', () => {
  it('gives the same frames however the bytes are cut, and skips those above the limit', () => {
    fc.assert(
      fc.property(
        fc.array(body, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
        fc.nat({ max: 8 }),
        (bodies, sizes, keepAfter) => {
          const limit = 100
          const stream = Buffer.concat(
            bodies.map((bytes) => frame((writer) => bytes.forEach((byte) => writer.byte(byte % 2)))),
          )
          const expected = bodies.map((bytes) =>
            bytes.length > limit ? bytes.length : [...bytes].map((byte) => byte % 2),
          )
          expect(readAll(new FrameReader(limit), cut(stream, sizes), keepAfter)).toEqual(expected)
        },
      ),
    )
  })

  it('gives the header of an oversize frame', () => {
    const reader = new FrameReader(20)
    reader.push(frame((writer) => writer.buffer(new Uint8Array(36))))
    const next = reader.next()
    expect(next?.oversize).toBe(40)
    expect(next?.reader.remaining).toBe(16)
  })

  it.each(['ffffffff', '48545450'])('refuses the length %s', (length) => {
    const reader = new FrameReader(1000)
    reader.push(Buffer.from(`${length}000000`, 'hex'))
    expect(() => reader.next()).toThrow(/the frame length/)
  })
})
