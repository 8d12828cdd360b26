import { describe, expect, it } from 'vitest'
import { toJson } from '../../src/http/json.ts'

describe('JSON for people', () => {
  it('has on one line what has nothing inside, and few decimals', () => {
    const value = {
      token: 2n ** 60n,
      shards: [{ position: 3, sinceProgress: 6.056540999999925 }],
      none: [],
      error: new Error('no'),
    }
    expect(toJson(value)).toBe(
      [
        '{',
        '  "token": "1152921504606846976",',
        '  "shards": [',
        '    { "position": 3, "sinceProgress": 6.057 }',
        '  ],',
        '  "none": [],',
        '  "error": "no"',
        '}',
      ].join('\n'),
    )
  })

  it('is JSON', () => {
    const value = { 'a"b': ['x\n', null, true, { c: [] }], d: {}, e: 1e21 }
    expect(JSON.parse(toJson(value))).toEqual(value)
  })
})
