import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Rolldown } from 'vite'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** What a bundler makes of a program that imports these names of the package. */
async function bundleOf(names: string): Promise<string> {
  const entry = 'virtual:entry'
  const result = (await build({
    root,
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@ringkeeper/source'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) =>
          id === entry ? `export { ${names} } from ${JSON.stringify(join(root, 'src/index.ts'))}` : undefined,
      },
    ],
    build: { write: false, minify: false, lib: { entry, formats: ['es'] }, rolldownOptions: { input: entry } },
  })) as Rolldown.RolldownOutput[]
  return result.flatMap(({ output }) => output.map((file) => ('code' in file ? file.code : ''))).join('\n')
}

describe('the package', () => {
  it('imports nothing of Node, so that it runs in browsers', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    expect(sources.length).toBeGreaterThan(20)
    const offenders = sources.filter((file) => /from 'node:|\bprocess\.|\bBuffer\b/.test(readSource(file)))
    expect(offenders).toEqual([])
  })

  it('brings only what is imported: jump brings no ring', async () => {
    const [jump, ring] = await Promise.all([bundleOf('jump'), bundleOf('HashRing')])
    expect(jump).toContain('function jump(')
    expect(jump).not.toMatch(/class HashRing|new TextEncoder|function murmur|class Rendezvous|new Uint8Array/)
    expect(jump.length).toBeLessThan(ring.length / 4)
    expect(ring).not.toMatch(/class (Maglev|Memento|Rendezvous|SlotTable|BoundedLoad)/)
  })
})

function readSource(file: string): string {
  return readFileSync(join(root, 'src', file), 'utf8')
}
