import { describe, expect, it } from 'vitest'
import { Redactor } from '../../src/config/redactor.ts'

describe('the redactor', () => {
  it('takes secrets out of text as they are, in JSON and in URLs', () => {
    const redactor = new Redactor(['pa"ss/1'])
    expect(
      redactor.text(`plain pa"ss/1, ${JSON.stringify({ a: 'pa"ss/1' })}, ?p=${encodeURIComponent('pa"ss/1')}`),
    ).toBe('plain [redacted], {"a":"[redacted]"}, ?p=[redacted]')
  })

  it('takes the longest first, so that nothing of it is left', () => {
    expect(new Redactor(['abc', 'abcdef']).text('x abcdef abc')).toBe('x [redacted] [redacted]')
  })

  it('learns more secrets, and redacts values of any shape', () => {
    const redactor = new Redactor()
    redactor.add(['one'])
    redactor.add(['two', ''])
    expect(redactor.value({ a: ['one', { b: 'x two' }], n: 1, u: undefined })).toEqual({
      a: ['[redacted]', { b: 'x [redacted]' }],
      n: 1,
      u: undefined,
    })
  })
})
