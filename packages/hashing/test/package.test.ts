import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

it('its types need no lib that programs for browsers lack', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringkeeper-types-'))
  try {
    const packages = join(root, '..')
    const types = { emitDeclarationOnly: true, composite: false, rootDir: packages, outDir: folder }
    // One by one: together, the compiler sometimes takes core for a library of hashing's, and leaves it out.
    for (const name of ['core', 'hashing']) {
      compile(folder, {
        extends: join(packages, '../tsconfig.base.json'),
        compilerOptions: { ...types, lib: ['es2023', 'dom', 'esnext.disposable'], declarationMap: false },
        files: [join(packages, name, 'src/index.ts')],
      })
    }
    writeFileSync(join(folder, 'browser.ts'), `import { HashRing } from './hashing/src/index.js'; new HashRing(['a'])`)
    const paths = { '@ringkeeper/core': ['./core/src/index.d.ts'] }
    const browser = {
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      noEmit: true,
      moduleResolution: 'bundler',
      paths,
    }
    compile(folder, { compilerOptions: { ...browser, module: 'esnext' }, files: ['browser.ts'] })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** Fails with what the compiler says. */
function compile(folder: string, config: object): void {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, '../../node_modules/.bin/tsc')
  try {
    execFileSync(tsc, ['-p', folder], { encoding: 'utf8' })
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error })
  }
}

function readSource(file: string): string {
  return readFileSync(join(root, 'src', file), 'utf8')
}
