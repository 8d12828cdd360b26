import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Row } from './row.ts'

/** What a command measured. */
export interface Report {
  readonly command: string
  /** How the figures came about, in one line; by default that of a comparison of CPU times. */
  readonly about?: string
  /** The versions of everything that the figures depend on. */
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly Row[]
}

/** Prints a report as a table, writes it as JSON where `--json FILE` is given, and says how many goals were missed. */
export function publish(report: Report, args: readonly string[] = process.argv.slice(2)): void {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'string' } }, strict: false })
  console.log(tableOf(report))
  if (typeof values['json'] === 'string')
    writeFileSync(values['json'], `${JSON.stringify({ ...report, about: undefined }, undefined, 2)}\n`)
}

function tableOf({
  command,
  about = 'CPU time per item, medians of interleaved pairs; ratio with its lowest and highest pair',
  versions,
  rows,
}: Report): string {
  const isComparison = rows.some(({ theirs }) => theirs !== undefined)
  const head = ['work', 'rival', isComparison ? 'ours' : 'value', 'theirs', 'ratio', 'spread', 'goal', '']
  const lines = rows.map((row) => [
    row.work,
    row.rival ?? '',
    row.ours === undefined ? '' : `${short(row.ours)} ${row.unit}`,
    row.theirs === undefined ? '' : `${short(row.theirs)} ${row.unit}`,
    row.ratio === undefined ? '' : short(row.ratio),
    row.spread === undefined ? '' : row.spread.map(short).join(' - '),
    row.goal === undefined ? '' : `${row.goal}${row.stretch === true ? ' (stretch)' : ''}`,
    row.skipped === undefined ? (row.met === undefined ? '' : row.met ? 'met' : 'NOT MET') : `skipped: ${row.skipped}`,
  ])
  const used = head.flatMap((_, i) => (lines.some((line) => line[i] !== '') ? [i] : []))
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]!.length)))
  const print = (line: readonly string[]): string =>
    used
      .map((i) => (i < 2 || i > 5 ? line[i]!.padEnd(widths[i]!) : line[i]!.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()
  const deciding = rows.filter((row) => row.met !== undefined && row.stretch !== true)
  return [
    `${command}: ${about}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    '',
    print(head),
    print(widths.map((width) => '-'.repeat(width))),
    ...lines.map(print),
    '',
    `${deciding.filter((row) => row.met).length} of ${deciding.length} goals met`,
  ].join('\n')
}

function short(value: number): string {
  if (value === 0 || Number.isInteger(value)) return String(value)
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
