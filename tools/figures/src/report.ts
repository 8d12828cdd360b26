import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { allMet, judge, type Figures, type Row } from './figures.ts'
import { table } from './table.ts'

/** Prints the rows, and writes them as JSON when a file is given. Returns whether every deciding goal is met. */
export function report(
  command: string,
  rows: readonly Row[],
  options: { readonly versions?: Readonly<Record<string, string>>; readonly json?: string | undefined } = {},
): boolean {
  const figures: Figures = {
    command,
    versions: { node: process.versions.node, ...options.versions },
    rows: judge(rows),
  }
  console.log(`\n${command}\n${table(figures.rows)}`)
  if (options.json !== undefined) {
    mkdirSync(dirname(options.json), { recursive: true })
    writeFileSync(options.json, `${JSON.stringify(figures, undefined, 2)}\n`)
  }
  return allMet(figures.rows)
}

/** The value below which a share `q` of the values lie; `undefined` without values. */
export function quantile(values: readonly number[], q: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}
