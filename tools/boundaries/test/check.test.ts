import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { violations, type Layer } from '../src/check.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boundaries-'))
  write('packages/core/package.json', '{ "name": "@ringkeeper/core" }')
  write('packages/core/src/index.ts', 'export const one = 1\n')
  write(
    'packages/locks/package.json',
    '{ "name": "@ringkeeper/locks", "dependencies": { "@ringkeeper/core": "workspace:*" } }',
  )
})
afterEach(() => rmSync(root, { recursive: true }))

const layers: Record<string, Layer> = {
  'packages/core': { layer: 0, imports: [], runtimeDependencies: [] },
  'packages/locks': { layer: 1, imports: ['core'], runtimeDependencies: [] },
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('boundaries', () => {
  it('accepts imports of a lower layer', () => {
    write('packages/locks/src/index.ts', "import { one } from '@ringkeeper/core'\nexport const two = one\n")
    expect(violations(root, layers)).toEqual([])
  })

  it('names file and line of an import that points upward', () => {
    write('packages/core/src/up.ts', "\nexport { lock } from '@ringkeeper/locks'\n")
    expect(violations(root, layers)).toEqual(['packages/core/src/up.ts:2: layer 0 may not import @ringkeeper/locks'])
  })

  it('sees dynamic imports and type imports, and not what stands in comments', () => {
    write(
      'packages/core/src/up.ts',
      "// import '@ringkeeper/locks'\n/** from '@ringkeeper/locks' */\nimport type { A } from '@ringkeeper/locks'\nawait import('@ringkeeper/locks')\n",
    )
    expect(violations(root, layers).map((line) => line.split(':')[1])).toEqual(['3', '4'])
  })

  it('refuses a runtime dependency of a package that has none', () => {
    write('packages/core/package.json', '{ "name": "@ringkeeper/core", "dependencies": { "zod": "4.0.0" } }')
    expect(violations(root, layers)).toEqual([expect.stringContaining('depends on zod')])
  })

  it('refuses an import of an app, by another app too', () => {
    write('apps/cli/package.json', '{ "name": "ringkeeper" }')
    write('apps/worker/package.json', '{ "name": "@ringkeeper/worker" }')
    write('apps/worker/src/index.ts', "import 'ringkeeper/commands'\n")
    const app: Layer = { layer: 5, imports: 'any' }
    expect(violations(root, { ...layers, 'apps/cli': app, 'apps/worker': app })).toEqual([
      'apps/worker/src/index.ts:1: apps are imported by nobody: ringkeeper/commands',
    ])
  })

  it('refuses a folder that no layer lists', () => {
    write('packages/new/package.json', '{ "name": "@ringkeeper/new" }')
    expect(violations(root, layers)).toEqual([expect.stringContaining('packages/new: has no entry')])
  })
})
