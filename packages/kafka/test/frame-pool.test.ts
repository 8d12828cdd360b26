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

test('the tightest fit is taken, and only a few slabs are kept', () => {
  const pool = new FramePool()
  const taken = [1, 2, 3, 4, 5, 6].map((factor) => pool.take(SIZE * 2 ** factor))
  for (const bytes of taken) pool.lease(bytes)!.release()
  expect(pool.take(SIZE * 2 ** 4).buffer).toBe(taken[3]!.buffer)
  // The two smallest were given up.
  expect(pool.take(SIZE).buffer).toBe(taken[2]!.buffer)
})
