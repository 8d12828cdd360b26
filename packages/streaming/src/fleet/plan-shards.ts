import { shardKey, type Shard } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { quotas, type PlanMember } from './quotas.ts'

/** Who should own each shard: member ids by `shardKey`; a shard without an entry has no owner. */
export type OwnerTable = ReadonlyMap<string, string>

/**
 * Decides which member owns which shard.
 *
 * Each member gets its quota by weight, see `quotas`. A shard stays where it is unless its owner is gone or has more than its
 * quota, so as few shards move as the quotas allow. Shards that need an owner go to the first member of their preference
 * list on a hash ring that has room: the same input gives the same table everywhere, in whatever order it comes.
 *
 * @example
 * ```ts
 * const shards = [0, 1, 2, 3].map((partition) => ({ topic: 'orders', partition }))
 * const table = planShards(shards, [{ id: 'a', weight: 1 }, { id: 'b', weight: 1 }], new Map())
 * table.get('orders/0') // 'a' or 'b', two shards each
 * ```
 */
export function planShards(
  shards: readonly Shard[],
  members: readonly PlanMember[],
  previous: OwnerTable = new Map(),
): OwnerTable {
  const keys = [...new Set(shards.map(shardKey))].sort()
  const takers = members.filter(({ weight }) => weight > 0)
  if (takers.length === 0) return new Map()
  const held = new Map<string, string[]>(takers.map(({ id }) => [id, []]))
  for (const key of keys) {
    const owner = previous.get(key)
    if (owner !== undefined) held.get(owner)?.push(key)
  }
  const room = quotas(keys.length, takers, new Map([...held].map(([id, own]) => [id, own.length])))

  const ring = new HashRing(
    takers.map(({ id }) => id),
    { pointsPerWeight: 64 },
  )
  const table = new Map<string, string>()
  const take = (key: string, id: string): void => {
    table.set(key, id)
    room.set(id, room.get(id)! - 1)
  }
  for (const [id, own] of held) {
    const preferred = own.filter((key) => ring.get(key) === id)
    const others = own.filter((key) => ring.get(key) !== id)
    for (const key of [...preferred, ...others].slice(0, room.get(id))) take(key, id)
  }
  for (const key of keys) {
    if (table.has(key)) continue
    const id = ring.getN(key, takers.length).find((candidate) => room.get(candidate)! > 0)
    if (id !== undefined) take(key, id)
  }
  return table
}
