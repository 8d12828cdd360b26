import { updateJson, writeJson, type Tree } from '@nx/devkit'
import { enterLayer } from './layers.ts'

/** What a new package is made from. */
export interface PackageOptions {
  readonly name: string
  readonly description: string
  readonly layer: number
  /** Workspace packages that its sources import. */
  readonly imports: readonly string[]
  /** Workspace packages that only its tests import. */
  readonly testImports: readonly string[]
}

/** Writes the files that every package has, and enters it in the layers and in the root's list of projects. */
export function writePackage(tree: Tree, options: PackageOptions): string {
  const { name, description, layer, imports, testImports } = options
  const root = `packages/${name}`
  if (tree.exists(root)) throw new Error(`${root} exists already; choose another name`)
  const workspace = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((dependency) => [`@ringkeeper/${dependency}`, 'workspace:*']))
  writeJson(tree, `${root}/package.json`, {
    name: `@ringkeeper/${name}`,
    version: '0.0.0',
    description,
    license: 'Apache-2.0',
    files: ['dist', 'src'],
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { '@ringkeeper/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    publishConfig: { access: 'public' },
    dependencies: workspace(imports),
    ...(testImports.length > 0 && { devDependencies: workspace(testImports) }),
    engines: { node: '>=20.19' },
  })
  const lib = (dependency: string): { path: string } => ({ path: `../${dependency}/tsconfig.lib.json` })
  writeJson(tree, `${root}/tsconfig.json`, {
    files: [],
    references: [{ path: './tsconfig.lib.json' }, { path: './tsconfig.test.json' }],
  })
  writeJson(tree, `${root}/tsconfig.lib.json`, {
    extends: '../../tsconfig.base.json',
    compilerOptions: { types: ['node'], rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/lib.tsbuildinfo' },
    include: ['src'],
    references: imports.map(lib),
    // Until it has a table of errors.
    typedocOptions: { intentionallyNotExported: [] },
  })
  writeJson(tree, `${root}/tsconfig.test.json`, {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      types: ['node'],
      rootDir: '.',
      noEmit: true,
      tsBuildInfoFile: 'dist/test.tsbuildinfo',
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      isolatedDeclarations: false,
    },
    include: ['test', 'bench', '../../tools/vitest/provided.d.ts'],
    references: [{ path: './tsconfig.lib.json' }, ...[...imports, ...testImports].map(lib)],
  })
  tree.write(`${root}/README.md`, `# @ringkeeper/${name}\n\n${description}.\n`)
  tree.write(`.changeset/new-${name}.md`, `---\n'@ringkeeper/${name}': minor\n---\n\nNew package: ${description}.\n`)
  updateJson(tree, 'tsconfig.json', (json: { references: { path: string }[] }) => {
    const references = [...json.references, { path: `./${root}` }]
    return { ...json, references }
  })
  enterLayer(tree, root, { layer, imports })
  return root
}
