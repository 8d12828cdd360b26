const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** One line of a bar chart. */
export interface ChartLine {
  readonly label: string
  /** What the bar shows. */
  readonly value: number
  /** What stands behind it. */
  readonly text: string
}

const MOST_LINES = 1000

/** Bars for a terminal, the longest one `width` columns, of the first thousand lines. */
export function barChart(lines: readonly ChartLine[], width = 40): string {
  // Nobody reads more; what comes first matters most.
  const shown = lines.slice(0, MOST_LINES)
  const label = Math.max(...shown.map((line) => line.label.length))
  const text = Math.max(...shown.map((line) => line.text.length))
  const most = Math.max(...shown.map((line) => line.value), Number.MIN_VALUE)
  const bars = shown
    .map((line) => `${line.label.padEnd(label)}  ${line.text.padStart(text)}  ${bar((line.value / most) * width)}\n`)
    .join('')
  return lines.length > shown.length ? `${bars}(and ${lines.length - shown.length} more)\n` : bars
}

function bar(columns: number): string {
  const eighths = Math.round(columns * 8)
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!
}

/** A part of 1 as per cent. */
export function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`
}
