import { formatFiles, type Tree } from '@nx/devkit'
import { camelCase, pascalCase } from './names.ts'
import { writePackage, type PackageOptions } from './package-files.ts'

/** `nx generate @ringkeeper-tools/workspace-plugin:package queues --description "..." --layer 1` */
export default async function packageGenerator(
  tree: Tree,
  {
    name,
    description,
    layer = 1,
    imports = [],
  }: Pick<PackageOptions, 'name' | 'description'> & Partial<PackageOptions>,
): Promise<void> {
  const place = { layer, imports: [...new Set(['core', ...imports])], testImports: ['testing'] }
  const root = writePackage(tree, { name, description, ...place })
  tree.write(`${root}/src/${name}.ts`, source(name))
  tree.write(
    `${root}/src/index.ts`,
    `export { ${camelCase(name)}, type ${pascalCase(name)}Options } from './${name}.ts'\n`,
  )
  tree.write(`${root}/test/${name}.test.ts`, test(name))
  await formatFiles(tree)
}

function source(name: string): string {
  return `import { systemPorts, type Ports } from '@ringkeeper/core'

/** Options of {@link ${camelCase(name)}}. */
export interface ${pascalCase(name)}Options {
  /** Default: the real clock, timers and randomness. */
  readonly ports?: Partial<Ports>
}

/** A beginning: says when it was made. Replace it by what the package is for. */
export function ${camelCase(name)}(options: ${pascalCase(name)}Options = {}): { readonly madeAt: number } {
  const { clock } = systemPorts(options.ports)
  return { madeAt: clock.wall() }
}
`
}

function test(name: string): string {
  return `import { fakePorts } from '@ringkeeper/testing'
import { expect, it } from 'vitest'
import { ${camelCase(name)} } from '../src/index.ts'

it('takes the time from its ports', () => {
  expect(${camelCase(name)}({ ports: fakePorts({ wall: 7 }) })).toEqual({ madeAt: 7 })
})
`
}
