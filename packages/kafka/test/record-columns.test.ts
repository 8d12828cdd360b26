import { expect, test } from 'vitest'
import { ColumnPool } from '../src/protocol/record-columns.ts'

test('many small columns do not keep large ones from being used again', () => {
  const pool = new ColumnPool()
  const small = Array.from({ length: 200 }, () => pool.take(1))
  const large = pool.take(5000)
  for (const columns of [...small, large]) pool.giveBack(columns)
  expect(pool.take(1)).not.toBe(large)
  expect(pool.take(5000)).toBe(large)
})

test('columns have room for what was asked', () => {
  const pool = new ColumnPool()
  for (const count of [0, 1, 64, 65, 1000]) expect(pool.take(count).offsets.length).toBeGreaterThanOrEqual(count)
})
