import type { Selection } from '@ringkeeper/core'
import type { Delivery } from '../target/delivery.ts'
import { KEYED } from './assignment.ts'
import type { Locator } from './locator.ts'
import type { Route } from './route.ts'

/** The records of a delivery that have one target. */
export interface DeliveryPart {
  readonly target: number
  readonly selection: Selection
  readonly bytes: number
}

/** Sorts the records of a delivery anew; for the rare moments when a ring changes. */
export function splitDelivery(delivery: Delivery, route: Route, locator: Locator, keyless: number): DeliveryPart[] {
  const { batch, selection } = delivery
  const { keys, ring, assignment } = route
  keys.locate(batch, ring, assignment, undefined)
  const byTarget = new Map<number, { readonly indices: number[]; bytes: number }>()
  for (let at = selection.start; at < selection.end; at += 1) {
    const index = selection.indices[at] as number
    const isKeyed = assignment.kinds[index] === KEYED
    const target = isKeyed ? locator.locate(assignment.positions[index] as number) : keyless
    let part = byTarget.get(target)
    if (!part) byTarget.set(target, (part = { indices: [], bytes: 0 }))
    part.indices.push(index)
    part.bytes += batch.sizeOf(index)
  }
  return [...byTarget].map(([target, { indices, bytes }]) => ({
    target,
    selection: { indices: Uint32Array.from(indices), start: 0, end: indices.length },
    bytes,
  }))
}
