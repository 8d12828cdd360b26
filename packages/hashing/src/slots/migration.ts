import type { Node } from '../nodes.ts'

/** One slot that gets another owner. */
export interface SlotMove {
  readonly slot: number
  /** The owner before; absent where the slot had none. */
  readonly from: string | undefined
  readonly to: string
}

/** What to move so that the slots are shared out as wanted, in the order in which to move it. */
export interface MigrationPlan {
  /** The table that it was made for. */
  readonly version: number
  readonly checksum: number
  /** The members afterwards. */
  readonly nodes: readonly Node[]
  readonly moves: readonly SlotMove[]
  /** How many moves are left for later plans. */
  readonly remaining: number
}

/** What a plan starts from. */
export interface SlotOwners {
  readonly nodes: readonly string[]
  readonly owners: Uint32Array
  readonly version: number
  readonly checksum: number
}

/** Plans the fewest moves to the shares that `nodes` should have, at most `maxMoves` of them. */
export function planMigration(current: SlotOwners, nodes: readonly Node[], maxMoves: number): MigrationPlan {
  const { version, checksum } = current
  const ownerOf = (slot: number): string | undefined => current.nodes[current.owners[slot]!]
  const quotas = quotasOf(current, nodes)
  const kept = new Map<string, number>()
  const orphans: number[] = []
  const surplus: number[] = []
  for (let slot = 0; slot < current.owners.length; slot++) {
    const owner = ownerOf(slot)
    const quota = owner === undefined ? 0 : (quotas.get(owner) ?? 0)
    const count = owner === undefined ? 0 : (kept.get(owner) ?? 0)
    if (owner !== undefined && count < quota) kept.set(owner, count + 1)
    else if (quota === 0) orphans.push(slot)
    else surplus.push(slot)
  }
  // Slots of nodes that should have none come first: these nodes wait to be switched off.
  const leaving = [...orphans, ...surplus]
  const moves = receivers(quotas, kept, leaving.length).map((to, i): SlotMove => ({
    slot: leaving[i]!,
    from: ownerOf(leaving[i]!),
    to,
  }))
  return { version, checksum, nodes, moves: moves.slice(0, maxMoves), remaining: Math.max(0, moves.length - maxMoves) }
}

/** Who gets the slots that leave: in turn, so that every step of a long migration helps all that have too few. */
function receivers(quotas: ReadonlyMap<string, number>, kept: ReadonlyMap<string, number>, slots: number): string[] {
  let open = [...quotas].map(([id, quota]) => ({ id, missing: quota - (kept.get(id) ?? 0) }))
  const receiving: string[] = []
  for (;;) {
    open = open.filter(({ missing }) => missing > 0)
    if (open.length === 0 || receiving.length >= slots) return receiving
    for (const each of open) {
      receiving.push(each.id)
      each.missing--
    }
  }
}

/** How many slots each node should own: its share rounded down, and what remains to those who lose least by it. */
function quotasOf({ nodes: before, owners }: SlotOwners, nodes: readonly Node[]): Map<string, number> {
  const slots = owners.length
  const owned = new Map<string, number>()
  for (const owner of owners) {
    const id = before[owner]
    if (id !== undefined) owned.set(id, (owned.get(id) ?? 0) + 1)
  }
  const live = nodes.filter(({ weight }) => weight > 0)
  const total = live.reduce((sum, { weight }) => sum + weight, 0)
  const shares = live.map(({ id, weight }) => {
    const exact = (slots * weight) / total
    const quota = Math.floor(exact)
    const rest = exact - quota
    return { id, quota, rest, keepsOne: rest > 1e-9 && (owned.get(id) ?? 0) > quota }
  })
  const spare = slots - shares.reduce((sum, { quota }) => sum + quota, 0)
  // A slot that can stay where it is need not move; otherwise the largest remainders round up.
  const order = shares.toSorted((a, b) => Number(b.keepsOne) - Number(a.keepsOne) || b.rest - a.rest)
  const roundedUp = new Set(order.slice(0, spare))
  return new Map(shares.map((share) => [share.id, share.quota + (roundedUp.has(share) ? 1 : 0)]))
}
