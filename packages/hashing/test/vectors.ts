import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of answers of other programs; see vectors/README.md. */
export function readVectors<T>(file: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'vectors', file), 'utf8')) as T
}

/** What other programs answered for the keys `key-0`, `key-1` and so on. */
export interface PlacementVector {
  readonly nodes: readonly string[]
  readonly weights: readonly number[] | null
  readonly owners: readonly number[]
}

/** The nodes of a vector with their weights. */
export function nodesOf({ nodes, weights }: PlacementVector): { id: string; weight: number }[] {
  return nodes.map((id, i) => ({ id, weight: weights?.[i] ?? 1 }))
}

/** Keys whose owner differs from what the other program answered. */
export function mismatches({ nodes, owners }: PlacementVector, get: (key: string) => string | undefined): string[] {
  return owners.flatMap((owner, i) => (get(`key-${i}`) === nodes[owner] ? [] : [`key-${i}`]))
}

/** `count` node names. */
export function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `node-${i}`)
}

/** `count` keys. */
export function keys(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `user:${i}`)
}
