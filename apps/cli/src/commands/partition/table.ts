import { percent } from '../../shared/chart.ts'
import type { Finding } from './measure.ts'

interface Column {
  readonly head: string
  readonly cell: (finding: Finding) => string
}

const columns: readonly Column[] = [
  { head: 'distribution', cell: ({ distribution }) => distribution },
  { head: 'keys', cell: ({ distinctKeys }) => String(distinctKeys) },
  { head: 'max/mean', cell: ({ maxOverMean }) => maxOverMean.toFixed(3) },
  { head: 'p99/mean', cell: ({ p99OverMean }) => p99OverMean.toFixed(3) },
  { head: 'Gini', cell: ({ gini }) => gini.toFixed(3) },
  { head: 'empty', cell: ({ emptyPartitions }) => String(emptyPartitions) },
  { head: 'moved, n+1', cell: ({ movedWithOneMore }) => part(movedWithOneMore) },
  { head: 'least', cell: ({ leastWithOneMore }) => percent(leastWithOneMore) },
  { head: 'moved, n-1', cell: ({ movedWithOneLess }) => part(movedWithOneLess) },
  { head: 'least', cell: ({ leastWithOneLess }) => percent(leastWithOneLess) },
  { head: 'keys/s', cell: ({ keysPerSecond }) => `${(keysPerSecond / 1e6).toFixed(1)}M` },
]

/** Findings as lines of a table. */
export function tableOf(findings: readonly Finding[]): string {
  const rows = [columns.map(({ head }) => head), ...findings.map((finding) => columns.map(({ cell }) => cell(finding)))]
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .map((line) => `${line}\n`)
    .join('')
}

function part(moved: number | null): string {
  return moved === null ? '-' : percent(moved)
}
