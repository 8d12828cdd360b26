import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameCutter } from '../src/kafkajs/framed-socket.ts'

const framed = (body: Uint8Array): Buffer => {
  const frame = Buffer.alloc(4 + body.length)
  frame.writeInt32BE(body.length)
  frame.set(body, 4)
  return frame
}

/** Reads a stream as a socket would: as much as `sizes` says at a time, never more than there is room for. */
function cut(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const frames: Buffer[] = []
  const cutter = new FrameCutter((frame) => frames.push(frame))
  for (let at = 0, read = 0; at < stream.length; read += 1) {
    const target = cutter.target()
    expect(target.length).toBeGreaterThan(0)
    const count = Math.min(target.length, sizes[read % sizes.length]!, stream.length - at)
    stream.copy(target, 0, at, at + count)
    cutter.filled(count)
    at += count
  }
  return frames
}

test('frames come whole and in order, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.uint8Array({ minLength: 4, maxLength: 50 }),
          fc.integer({ min: 30_000, max: 200_000 }).map((size) => new Uint8Array(size).fill(size % 251)),
        ),
        { minLength: 1, maxLength: 8 },
      ),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1000, max: 300_000 })), {
        minLength: 1,
        maxLength: 9,
      }),
      (bodies, sizes) => {
        const expected = bodies.map(framed)
        // Small pieces of a long stream take too long.
        const total = expected.reduce((sum, { length }) => sum + length, 0)
        const pieces = total > 10_000 ? [...sizes, 100_000] : sizes
        expect(Buffer.concat(cut(Buffer.concat(expected), pieces)).equals(Buffer.concat(expected))).toBe(true)
        expect(cut(Buffer.concat(expected), pieces).map(({ length }) => length)).toEqual(
          expected.map(({ length }) => length),
        )
      },
    ),
    { numRuns: 50 },
  )
})

test('a frame keeps its bytes when later ones are read', () => {
  const stream = Buffer.concat([framed(Buffer.from('first')), framed(Buffer.from('later'))])
  expect(cut(stream, [9, 9]).map((frame) => frame.subarray(4).toString())).toEqual(['first', 'later'])
})

test('what is not Kafka is refused', () => {
  for (const text of ['HTTP/1.1 400 Bad Request', '\x15\x03\x03\0\x02', '\0\0\0\x01a', '\xff\xff\xff\xff']) {
    expect(() => cut(Buffer.from(text, 'latin1'), [100])).toThrow(
      expect.objectContaining({ code: 'RK_KAFKA_BAD_RESPONSE' }),
    )
  }
})
