import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')

/** The codes that the packages' error tables declare. */
async function declaredCodes(): Promise<string[]> {
  const codes = new Set<string>()
  for (const file of globSync('{packages,apps}/*/src/**/errors.ts', { cwd: root })) {
    const module = (await import(join(root, file))) as Record<string, unknown>
    for (const table of Object.values(module)) {
      if (typeof table !== 'object' || table === null) continue
      for (const factory of Object.values(table)) {
        const code: unknown = (factory as { code?: unknown } | null)?.code
        if (typeof code === 'string') codes.add(code)
      }
    }
  }
  return [...codes].toSorted()
}

function documentedCodes(): string[] {
  const text = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  return [...text.matchAll(/^\| `(RK_[A-Z0-9_]+)` \|/gm)].map((match) => match[1] as string).toSorted()
}

describe('docs/errors.md', () => {
  it('has every code that the sources declare, and no other', async () => {
    const declared = await declaredCodes()
    expect(declared.length).toBeGreaterThan(10)
    expect(documentedCodes()).toEqual(declared)
  })
})
