import type { JudgedRow } from './figures.ts'

const headings = ['work', 'rival', 'unit', 'ours', 'theirs', 'ratio', 'spread', 'goal', ''] as const

/** The rows as a table for people. */
export function table(rows: readonly JudgedRow[]): string {
  const cells = rows.map((row) => [
    row.work,
    row.rival ?? '',
    row.unit,
    number(row.ours),
    number(row.theirs),
    number(row.ratio),
    row.spread ? `${number(row.spread[0])} .. ${number(row.spread[1])}` : '',
    row.goal ?? '',
    verdict(row),
  ])
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => (row[column] as string).length)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < 3 || column > 6 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd()
  return [line(headings), ...cells.map(line)].join('\n')
}

function verdict({ met, stretch, skipped }: JudgedRow): string {
  if (skipped !== undefined) return `skipped: ${skipped}`
  if (met === undefined) return ''
  return `${met ? 'met' : 'NOT MET'}${stretch ? ' (stretch)' : ''}`
}

/** Three significant digits, whole numbers whole. */
function number(value: number | undefined): string {
  if (value === undefined) return ''
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
