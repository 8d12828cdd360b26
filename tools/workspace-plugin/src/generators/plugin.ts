import { formatFiles, type Tree } from '@nx/devkit'
import { pascalCase } from './names.ts'
import { writePackage } from './package-files.ts'

/** `nx generate @ringkeeper-tools/workspace-plugin:plugin redis --description "..."` */
export default async function pluginGenerator(
  tree: Tree,
  { name, description }: { readonly name: string; readonly description: string },
): Promise<void> {
  const place = { layer: 1, imports: ['core'], testImports: [] }
  const root = writePackage(tree, { name: `plugin-${name}`, description, ...place })
  tree.write(`${root}/src/${name}-sink.ts`, sinkSource(name))
  tree.write(`${root}/src/index.ts`, indexSource(name))
  tree.write(`${root}/test/${name}-sink.test.ts`, testSource(name))
  await formatFiles(tree)
}

const className = (name: string): string => `${pascalCase(name)}Sink`

function sinkSource(name: string): string {
  return `import { RecordCursor, type Chunk, type RecordFailure, type Sink } from '@ringkeeper/core'

/** Hands every record to \`send\`, in order. */
export class ${className(name)} implements Sink {
  readonly #send: (key: string | undefined, value: string | undefined) => Promise<void>

  constructor(send: (key: string | undefined, value: string | undefined) => Promise<void>) {
    this.#send = send
  }

  async write(chunks: readonly Chunk[]): Promise<readonly RecordFailure[] | void> {
    for (const { batch, selection } of chunks) {
      const cursor = new RecordCursor(batch)
      for (let at = selection.start; at < selection.end; at += 1) {
        cursor.moveTo(selection.indices[at] as number)
        await this.#send(cursor.keyText, cursor.valueText)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
`
}

function indexSource(name: string): string {
  return `import { definePlugin, defineSink, type Plugin, type Schema } from '@ringkeeper/core'
import { ${className(name)} } from './${name}-sink.ts'

/** Any Standard Schema will do; this one takes no options. */
const schema: Schema<object> = {
  '~standard': { version: 1, vendor: 'ringkeeper', validate: (value) => ({ value: value as object }) },
}

const plugin: Plugin = definePlugin({
  name: '${name}',
  apiVersion: 1,
  components: [
    defineSink({
      type: '${name}',
      schema,
      capabilities: { ordered: true, idempotent: false, fenced: false },
      create: () => new ${className(name)}(async () => {}),
    }),
  ],
})

export default plugin
`
}

function testSource(name: string): string {
  return `import { expect, it } from 'vitest'
import { RecordBatch, type Chunk } from '@ringkeeper/core'
import plugin from '../src/index.ts'
import { ${className(name)} } from '../src/${name}-sink.ts'

/** One chunk of records without keys, of which only those at \`indices\` are selected. */
function chunkOf(values: readonly string[], indices: readonly number[]): Chunk {
  const none = new Int32Array(values.length).fill(-1)
  const ends = values.map((_, index) => values.slice(0, index + 1).join('').length)
  const batch = new RecordBatch({
    topic: 'orders',
    partition: 0,
    length: values.length,
    nextOffset: values.length,
    bytes: new TextEncoder().encode(values.join('')),
    keyStart: none,
    keyEnd: none,
    valueStart: Int32Array.from([0, ...ends.slice(0, -1)]),
    valueEnd: Int32Array.from(ends),
    offsets: Float64Array.from(values.keys()),
    timestamps: new Float64Array(values.length),
    headersStart: none,
    headersEnd: none,
  })
  return {
    batch,
    selection: { indices: Uint32Array.from(indices), start: 0, end: indices.length },
    fence: { worker: 'w', token: 1n },
  }
}

it('offers a sink', () => {
  expect(plugin.components.map(({ kind, type }) => ({ kind, type }))).toEqual([{ kind: 'sink', type: '${name}' }])
})

it('sends the selected records in order', async () => {
  const sent: (string | undefined)[] = []
  await using sink = new ${className(name)}(async (_key, value) => void sent.push(value))
  await sink.write([chunkOf(['a', 'b', 'c'], [0, 2]), chunkOf(['d'], [0])])
  expect(sent).toEqual(['a', 'c', 'd'])
})
`
}
