import { expect, test } from 'vitest'
import { FramePool } from '../src/kafkajs/frame-pool.ts'

const SIZE = 100_000

test('memory is used again when all who hold it have let it go, and not before', () => {
  const pool = new FramePool()
  const first = pool.take(SIZE)
  const lease = pool.lease(first)!
  lease.retain()
  lease.release()
  const second = pool.take(SIZE)
  expect(second.buffer).not.toBe(first.buffer)
  lease.release()
  expect(pool.take(SIZE).buffer).toBe(first.buffer)
})

test('an answer can be held by one lease only, and small ones by none', () => {
  const pool = new FramePool()
  const answer = pool.take(SIZE).subarray(8)
  expect(pool.lease(answer)).toBeDefined()
  expect(pool.lease(answer)).toBeUndefined()
  expect(pool.lease(pool.take(100))).toBeUndefined()
  expect(pool.lease(Buffer.alloc(SIZE))).toBeUndefined()
})

test('the tightest fit is taken, and of too many slabs the smallest are given up', () => {
  const pool = new FramePool()
  const MIB = 2 ** 20
  const taken = [1, 2, 4, 8, 16, 32, 16].map((size) => pool.take(size * MIB))
  for (const bytes of taken.slice(0, -1)) pool.lease(bytes)!.release()
  const fit = pool.take(5 * MIB)
  expect(fit.buffer === taken[3]!.buffer).toBe(true)
  pool.lease(fit)!.release()
  // More than is kept, by this one.
  pool.lease(taken.at(-1)!)!.release()
  expect(pool.take(MIB).buffer.byteLength).toBe(16 * MIB)
})
