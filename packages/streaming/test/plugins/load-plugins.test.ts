import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { definePlugin } from '@ringkeeper/core'
import { builtInPlugin, loadPlugins, PluginRegistry } from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/components.ts'

const source = (name: string, apiVersion: unknown = 1): string =>
  `export default { name: '${name}', apiVersion: ${String(apiVersion)}, components: [] }\n`

describe('loading plugins', () => {
  it('finds a module by a path from the given folder', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'mine.mjs'), source('mine'))
    expect(await loadPlugins(['./mine.mjs'], { folder })).toMatchObject([{ name: 'mine' }])
  })

  it('finds a package that is installed beside the pipeline, also one that can only be imported', async () => {
    const folder = await temporaryFolder()
    const home = join(folder, 'node_modules', 'acme-plugin')
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'package.json'), '{"name":"acme-plugin","exports":{"import":"./main.mjs"}}')
    await writeFile(join(home, 'main.mjs'), source('acme'))
    expect(await loadPlugins(['acme-plugin'], { folder })).toMatchObject([{ name: 'acme' }])
  })

  it.each(['./nowhere.mjs', 'no-such-package'])('says that %s is missing', async (plugin) => {
    const folder = await temporaryFolder()
    await expect(loadPlugins([plugin], { folder })).rejects.toMatchObject({
      code: 'RK_STREAMING_PLUGIN_NOT_FOUND',
      data: { plugin, from: folder },
    })
  })

  it.each([
    ['a module that throws', "throw new Error('broken inside')", 'RK_STREAMING_PLUGIN_FAILED', 'broken inside'],
    ['a module without a default export', 'export const a = 1', 'RK_STREAMING_NOT_A_PLUGIN', 'default export'],
    ['another API', source('old', 2), 'RK_STREAMING_PLUGIN_API_VERSION', '2'],
    ['no API', "export default { name: 'old', components: [] }", 'RK_STREAMING_NOT_A_PLUGIN', 'apiVersion'],
    [
      'a component without create',
      "export default { name: 'a', apiVersion: 1, components: [{ kind: 'sink', type: 'x', schema: {} }] }",
      'RK_STREAMING_NOT_A_PLUGIN',
      'create',
    ],
  ])('refuses %s', async (_, text, code, reason) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'bad.mjs'), text)
    const loading = loadPlugins(['./bad.mjs'], { folder })
    await expect(loading).rejects.toMatchObject({ code })
    await expect(loading).rejects.toThrow(reason)
  })
})

describe('loading several plugins', () => {
  it('says all that is wrong with them at once', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'good.mjs'), source('good'))
    await writeFile(join(folder, 'old.mjs'), source('old', 2))
    const loading = loadPlugins(['no-such-package', './good.mjs', './old.mjs'], { folder })
    await expect(loading).rejects.toMatchObject({
      code: 'RK_STREAMING_CONFIG_INVALID',
      data: {
        problems: [
          { path: 'plugins[0]', message: expect.stringContaining('"no-such-package" was not found') },
          { path: 'plugins[2]', message: expect.stringContaining('made for plugin API 2') },
        ],
      },
    })
  })
})

describe('a plugin registry', () => {
  it('refuses two components of one kind and type, naming both plugins', () => {
    const other = definePlugin({ ...builtInPlugin, name: 'other' })
    expect(() => new PluginRegistry([builtInPlugin, other])).toThrow(
      expect.objectContaining({
        code: 'RK_STREAMING_DUPLICATE_COMPONENT',
        data: { kind: 'source', type: 'generate', plugins: ['@ringkeeper/streaming', 'other'] },
      }),
    )
  })

  it('takes the same plugin twice', () => {
    expect(new PluginRegistry([builtInPlugin, builtInPlugin]).find('codec', 'json')).toBeDefined()
  })
})
