import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

const source = join(import.meta.dirname, '../../packages/hashing/src/index.ts')
const everything = 'everything'
const imports = ['jump', 'murmur2', 'murmur3', 'Rendezvous', 'Maglev', 'Memento', 'SlotTable', 'HashRing', everything]

/** Prints what importing a name adds to a program: minified, and minified and gzipped, in bytes. */
const rows = await Promise.all(imports.map(async (name) => ({ name, code: await bundleOf(name) })))
for (const { name, code } of rows) {
  console.log(`${name.padEnd(12)} ${String(code.length).padStart(6)} bytes, ${gzipSync(code).length} gzipped`)
}

async function bundleOf(name: string): Promise<Buffer> {
  const entry = 'virtual:entry'
  const from = JSON.stringify(source)
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@ringkeeper/source'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => {
          if (id !== entry) return undefined
          return name === everything ? `export * from ${from}` : `export { ${name} } from ${from}`
        },
      },
    ],
    build: {
      write: false,
      target: 'es2023',
      lib: { entry, formats: ['es'] },
      rolldownOptions: { input: entry, output: { minify: true } },
    },
  })
  const outputs = result as Rolldown.RolldownOutput[]
  return Buffer.from(outputs.flatMap(({ output }) => output.map((file) => ('code' in file ? file.code : ''))).join(''))
}
