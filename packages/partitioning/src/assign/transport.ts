/** Partitions that are all alike: how many, and what each costs in every zone. */
export interface Batch {
  readonly count: number
  readonly costs: readonly number[]
}

/**
 * Sends batches to zones that take exactly `room` each, at the least cost in all: by shortest ways on which what was sent
 * already may be sent on, as many partitions at a time as fit. The room has to be enough for everything.
 *
 * @returns for each batch how many go to each zone
 */
export function transport(batches: readonly Batch[], room: readonly number[]): number[][] {
  const free = [...room]
  const sent = batches.map(() => room.map(() => 0))
  for (const [batch, { count }] of batches.entries()) {
    for (let left = count; left > 0;) left -= sendSome(batches, sent, free, batch, left)
  }
  return sent
}

/** How a zone is reached: from which other one (-1: at once), and the batch that is sent on from there. */
interface Step {
  readonly from: number
  readonly batch: number
}

function sendSome(batches: readonly Batch[], sent: number[][], free: number[], batch: number, left: number): number {
  const zones = free.length
  const distance = [...batches[batch]!.costs]
  const steps: Step[] = distance.map(() => ({ from: -1, batch }))
  for (let changed = true; changed;) {
    changed = false
    for (let from = 0; from < zones; from++) {
      for (const [other, { costs }] of batches.entries()) {
        if (sent[other]![from] === 0) continue
        for (let to = 0; to < zones; to++) {
          const reached = distance[from]! + costs[to]! - costs[from]!
          if (reached >= distance[to]!) continue
          distance[to] = reached
          steps[to] = { from, batch: other }
          changed = true
        }
      }
    }
  }
  let end = -1
  for (let zone = 0; zone < zones; zone++) {
    if (free[zone]! > 0 && (end < 0 || distance[zone]! < distance[end]!)) end = zone
  }
  let amount = Math.min(left, free[end]!)
  for (let zone = end; steps[zone]!.from >= 0; zone = steps[zone]!.from) {
    amount = Math.min(amount, sent[steps[zone]!.batch]![steps[zone]!.from]!)
  }
  free[end]! -= amount
  for (let zone = end; ; zone = steps[zone]!.from) {
    const { from, batch: moved } = steps[zone]!
    sent[moved]![zone]! += amount
    if (from < 0) return amount
    sent[moved]![from]! -= amount
  }
}
