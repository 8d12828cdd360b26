import type { Tenure } from './checks.ts'
import type { FleetEvent } from './scenario.ts'
import type { Written } from './written.ts'

/** Milliseconds from the last write of the old owner to the first of the new one, per moved partition. */
export interface HandOver {
  readonly partition: number
  readonly event: FleetEvent
  readonly took: number
  /** From the event itself to the first write of the new owner. */
  readonly sinceEvent: number
  readonly from: string
  readonly to: string
}

/** The hand-overs that followed each event, before the next one. */
export function handOvers(all: readonly Tenure[], events: readonly FleetEvent[]): HandOver[] {
  const found: HandOver[] = []
  for (const [index, next] of all.entries()) {
    const previous = all[index - 1]
    if (previous?.partition !== next.partition) continue
    const event = events.findLast(({ at }) => at <= next.from)
    if (!event) continue
    found.push({
      partition: next.partition,
      event,
      took: next.from - previous.to,
      sinceEvent: next.from - event.at,
      from: previous.worker,
      to: next.worker,
    })
  }
  return found
}

/** The largest pause of a partition that stayed with its owner, around one event. */
export interface Pause {
  readonly partition: number
  readonly event: FleetEvent
  /** Milliseconds, in the time before the event. */
  readonly before: number
  /** Milliseconds, from the event to the end of its hand-overs. */
  readonly during: number
}

/**
 * Compares, for each partition that did not move at an event, its largest gap between two writes while others were
 * handed over with its largest gap in the `window` milliseconds before.
 */
export function pausesOfUnmoved(
  written: readonly Written[],
  moves: readonly HandOver[],
  events: readonly FleetEvent[],
  window: number,
): Pause[] {
  const times = new Map<number, number[]>()
  for (const { partition, at } of written) {
    const list = times.get(partition)
    if (list) list.push(at)
    else times.set(partition, [at])
  }
  for (const list of times.values()) list.sort((a, b) => a - b)
  return events.flatMap((event) => {
    const own = moves.filter((move) => move.event === event)
    const moved = new Set(own.map(({ partition }) => partition))
    const end = event.at + Math.max(0, ...own.map(({ sinceEvent }) => sinceEvent))
    return [...times]
      .filter(([partition]) => !moved.has(partition))
      .map(([partition, list]) => ({
        partition,
        event,
        before: largestGap(list, event.at - window, event.at),
        during: largestGap(list, event.at, end),
      }))
  })
}

/** The largest gap that touches the time from `from` to `to`. */
function largestGap(times: readonly number[], from: number, to: number): number {
  let largest = 0
  for (let index = 1; index < times.length; index += 1) {
    const start = times[index - 1] as number
    const end = times[index] as number
    if (end < from || start > to) continue
    largest = Math.max(largest, Math.min(end, to) - Math.max(start, from))
  }
  return largest
}
