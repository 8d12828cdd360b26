import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { declaredErrors } from '../src/error-codes.ts'

const root = join(import.meta.dirname, '../../..')

describe('docs/errors.md', () => {
  it('has every code that the sources declare, and no other', async () => {
    const declared = (await declaredErrors(root)).map(({ code }) => code)
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    const documented = [...text.matchAll(/^\| `(RK_[A-Z0-9_]+)` \|/gm)].map((match) => match[1] as string)
    expect(declared.length).toBeGreaterThan(10)
    expect(documented.toSorted()).toEqual(declared)
  })
})
