const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** One line of a bar chart. */
export interface ChartLine {
  readonly label: string
  /** What the bar shows. */
  readonly value: number
  /** What stands behind it. */
  readonly text: string
}

/** Bars for a terminal, the longest one `width` columns. */
export function barChart(lines: readonly ChartLine[], width = 40): string {
  const label = Math.max(...lines.map((line) => line.label.length))
  const text = Math.max(...lines.map((line) => line.text.length))
  const most = Math.max(...lines.map((line) => line.value), Number.MIN_VALUE)
  return lines
    .map((line) => `${line.label.padEnd(label)}  ${line.text.padStart(text)}  ${bar((line.value / most) * width)}\n`)
    .join('')
}

function bar(columns: number): string {
  const eighths = Math.round(columns * 8)
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!
}

/** A part of 1 as per cent. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`
}
