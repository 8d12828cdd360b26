import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A workspace folder that is published. */
export interface PublishedPackage {
  readonly folder: string
  readonly name: string
  /** The commands it installs. */
  readonly bins: readonly string[]
}

/** Every package and app that is not private. */
export function publishedPackages(root: string): PublishedPackage[] {
  return globSync('{packages,apps}/*/package.json', { cwd: root })
    .toSorted()
    .map((file) => {
      const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
        name: string
        private?: boolean
        bin?: Record<string, string>
      }
      return {
        folder: dirname(file),
        name: manifest.name,
        isPrivate: manifest.private,
        bins: Object.keys(manifest.bin ?? {}),
      }
    })
    .filter(({ isPrivate }) => isPrivate !== true)
}
