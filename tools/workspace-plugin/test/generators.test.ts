import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing'
import { readJson, type Tree } from '@nx/devkit'
import { beforeEach, describe, expect, it } from 'vitest'
import packageGenerator from '../src/generators/package.ts'
import pluginGenerator from '../src/generators/plugin.ts'

const layersFile = 'tools/boundaries/layers.json'
let tree: Tree

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace()
  tree.write('tsconfig.json', '{ "files": [], "references": [{ "path": "./packages/core" }] }')
  tree.write(
    layersFile,
    '{ "layers": { "packages/core": { "layer": 0, "imports": [] }, "apps/cli": { "layer": 5, "imports": "any" } } }',
  )
})

describe('a generated package', () => {
  it('has its place in the layers, the root’s projects and the changes', async () => {
    await packageGenerator(tree, { name: 'work-queues', description: 'Queues', layer: 2, imports: ['hashing'] })
    expect(tree.read(layersFile, 'utf8')).toBe(`{
  "layers": {
    "packages/core": { "layer": 0, "imports": [] },
    "packages/work-queues": { "layer": 2, "imports": ["core", "hashing"] },
    "apps/cli": { "layer": 5, "imports": "any" }
  }
}
`)
    expect(readJson(tree, 'tsconfig.json').references).toContainEqual({ path: './packages/work-queues' })
    expect(tree.exists('.changeset/new-work-queues.md')).toBe(true)
  })

  it('depends on what it may import, and its tests on the testing package', async () => {
    await packageGenerator(tree, { name: 'work-queues', description: 'Queues', imports: ['hashing'] })
    expect(readJson(tree, 'packages/work-queues/package.json')).toMatchObject({
      name: '@ringkeeper/work-queues',
      dependencies: { '@ringkeeper/core': 'workspace:*', '@ringkeeper/hashing': 'workspace:*' },
      devDependencies: { '@ringkeeper/testing': 'workspace:*' },
    })
  })

  it('takes the place of no other', async () => {
    await packageGenerator(tree, { name: 'work-queues', description: 'Queues' })
    await expect(packageGenerator(tree, { name: 'work-queues', description: 'Queues' })).rejects.toThrow(
      'exists already',
    )
  })
})

describe('a generated plugin', () => {
  it('knows core alone, and has a sink and its test', async () => {
    await pluginGenerator(tree, { name: 'redis', description: 'A sink for Redis' })
    const { name, dependencies, devDependencies } = readJson(tree, 'packages/plugin-redis/package.json')
    expect(name).toBe('@ringkeeper/plugin-redis')
    expect([dependencies, devDependencies]).toEqual([{ '@ringkeeper/core': 'workspace:*' }, undefined])
    expect(tree.children('packages/plugin-redis/src')).toEqual(['redis-sink.ts', 'index.ts'])
    expect(tree.children('packages/plugin-redis/test')).toEqual(['redis-sink.test.ts'])
  })
})
