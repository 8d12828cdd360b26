/** A node's bar in a picture, in keys. */
export interface Bar {
  /** Whether it is the node that leaves. */
  readonly leaves: boolean
  /** How many keys it has before. */
  readonly before: number
  /** How many it gets from the node that leaves. */
  readonly gained: number
  /** How many it gets from nodes that stay. */
  readonly needless: number
}

const WIDTH = 720
const HEIGHT = 220
const BASE = 170
const STEP = WIDTH / 21
const LEGEND = [
  [12, '#4c78a8', 'keys before'],
  [140, '#b8b8b8', 'of the node that leaves'],
  [360, '#72b7b2', 'gained from it'],
  [520, '#e45756', 'moved without need'],
] as const

/**
 * One bar for each node: its keys before, what it gains when one node leaves, and what moves to it without need. A line
 * stands where all bars would end if keys were shared out exactly.
 */
export function drawPicture(bars: readonly Bar[], keys: number): string {
  const mean = keys / bars.length
  const scale = 130 / mean
  const y = (count: number): number => Math.round((BASE - count * scale) * 10) / 10
  const parts = bars.flatMap((bar, i) => {
    const x = Math.round((i + 0.6) * STEP * 10) / 10
    const own = box(x, y(bar.before), y(0), bar.leaves ? '#b8b8b8' : '#4c78a8')
    const gained = box(x, y(bar.before + bar.gained), y(bar.before), '#72b7b2')
    const total = bar.before + bar.gained + bar.needless
    return [own, gained, box(x, y(total), y(bar.before + bar.gained), '#e45756')]
  })
  const line = `<line x1="8" x2="${WIDTH - 8}" y1="${y(mean)}" y2="${y(mean)}" stroke="#888" stroke-dasharray="4 4"/>`
  const legend = LEGEND.map(
    ([x, color, text]) =>
      `${box(x, 192, 204, color, 12)}<text x="${x + 18}" y="203" font-size="13" fill="#888">${text}</text>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" role="img">`,
    `<title>Keys of ${bars.length} nodes before and after one of them leaves</title>`,
    ...parts.filter((part) => part !== ''),
    line,
    ...legend,
    '</svg>',
    '',
  ].join('\n')
}

function box(x: number, top: number, bottom: number, color: string, width = 24): string {
  if (bottom - top < 0.05) return ''
  const height = Math.round((bottom - top) * 10) / 10
  return `<rect x="${x}" y="${top}" width="${width}" height="${height}" fill="${color}"/>`
}
