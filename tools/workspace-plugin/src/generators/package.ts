import { formatFiles, type Tree } from '@nx/devkit'
import { writePackage, type PackageOptions } from './package-files.ts'

/** `nx generate @ringkeeper-tools/workspace-plugin:package queues --description "..." --layer 1` */
export default async function packageGenerator(
  tree: Tree,
  options: Pick<PackageOptions, 'name' | 'description'> & Partial<PackageOptions>,
): Promise<void> {
  writePackage(tree, { layer: 1, imports: ['core'], ...options })
  await formatFiles(tree)
}
