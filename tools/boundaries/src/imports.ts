/** What a source file imports, with the line it stands on. */
export interface Import {
  readonly specifier: string
  readonly line: number
}

const pattern = /\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g

/** Every static and dynamic import and re-export of a TypeScript file; text in comments is left out. */
export function importsOf(source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '))
  return [...code.matchAll(pattern)].map((match) => ({
    specifier: match[2] as string,
    line: code.slice(0, match.index).split('\n').length,
  }))
}
