import { describe, expect, it } from 'vitest'
import { describeNames, describeValue } from '../src/index.ts'

describe('describeValue', () => {
  it.each([
    ['a', '"a"'],
    ['x'.repeat(70), `"${'x'.repeat(60)}..."`],
    [7n, '7n'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [[1, 2], 'an array of 2'],
    [new Map(), 'a value of type Map'],
    [{}, 'a value of type Object'],
    [Object.create(null), 'a value of type object'],
    [Symbol('s'), 'Symbol(s)'],
    [() => 'a long text', 'a function'],
    [10n ** 100n, `1${'0'.repeat(59)}...n`],
  ])('says what %s is', (value, text) => {
    expect(describeValue(value)).toBe(text)
  })
})

describe('describeNames', () => {
  it('lists a few of many', () => {
    expect(describeNames([])).toBe('none')
    expect(describeNames(['a', 'b'])).toBe('a, b')
    expect(describeNames(Array.from({ length: 10 }, (_, i) => `n${i}`))).toBe(
      'n0, n1, n2, n3, n4, n5, n6, n7 and 2 more',
    )
  })
})
