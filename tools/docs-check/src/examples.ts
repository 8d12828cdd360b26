import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A piece of TypeScript in a document. */
export interface Example {
  readonly file: string
  readonly line: number
  /** What stands behind `ts` in the fence: `zookeeper` and `kafka` ask for that service, `no-run` is only type-checked by readers. */
  readonly needs: readonly string[]
  readonly code: string
}

const fence = /^```ts([^\n]*)\n([\s\S]*?)^```/gm

/** Every fenced `ts` block of the READMEs and guides. */
export function examples(root: string): Example[] {
  const files = globSync(['README.md', '{packages,apps,examples}/*/README.md', 'docs/{guides,hashing}/**/*.md'], {
    cwd: root,
  })
  return files.toSorted().flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return [...text.matchAll(fence)].map((match) => ({
      file,
      line: text.slice(0, match.index).split('\n').length,
      needs: (match[1] as string).split(/\s+/).filter(Boolean),
      code: match[2] as string,
    }))
  })
}
