import { formatFiles, type Tree } from '@nx/devkit'
import { writePackage } from './package-files.ts'

/** `nx generate @ringkeeper-tools/workspace-plugin:plugin redis --description "..."` */
export default async function pluginGenerator(
  tree: Tree,
  { name, description }: { readonly name: string; readonly description: string },
): Promise<void> {
  const root = writePackage(tree, { name: `plugin-${name}`, description, layer: 1, imports: ['core'] })
  tree.write(`${root}/src/${name}-sink.ts`, sinkSource(name))
  tree.write(`${root}/src/index.ts`, indexSource(name))
  tree.write(`${root}/test/${name}-sink.test.ts`, testSource(name))
  await formatFiles(tree)
}

const className = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase()) + 'Sink'

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
import plugin from '../src/index.ts'

it('offers a sink', () => {
  expect(plugin.components.map(({ kind, type }) => ({ kind, type }))).toEqual([{ kind: 'sink', type: '${name}' }])
})
`
}
