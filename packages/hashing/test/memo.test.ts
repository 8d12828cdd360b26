import { describe, expect, it } from 'vitest'
import { Memo } from '../src/ring/memo.ts'
import { keys } from './vectors.ts'

describe('Memo', () => {
  it.each([2, 8, 9, 100])('remembers at most %i keys, the ones that came last', (capacity) => {
    const memo = new Memo<string>(capacity)
    for (const key of keys(1000)) memo.set(key, key)
    const known = keys(1000).filter((key) => memo.get(key) !== undefined)
    expect(known.length).toBeGreaterThanOrEqual(capacity >> 1)
    expect(known.length).toBeLessThanOrEqual(capacity)
    expect(known.at(-1)).toBe('user:999')
  })

  it('keeps a key for as long as it is asked for', () => {
    const memo = new Memo<string>(10)
    memo.set('hot', 'a')
    for (const key of keys(1000)) {
      memo.set(key, 'b')
      expect(memo.get('hot')).toBe('a')
    }
  })
})
