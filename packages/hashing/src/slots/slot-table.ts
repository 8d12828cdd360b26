import type { Key, Router } from '@ringkeeper/core'
import { checkedOptions, checkInteger, fromSnapshot } from '../check.ts'
import { checksumOf } from '../checksum.ts'
import { hashingErrors } from '../errors.ts'
import { murmur3Signed } from '../hash/murmur3.ts'
import { checkedNodes, sortedNodes, type Node, type NodeInput } from '../nodes.ts'
import { planMigration, type MigrationPlan, type SlotMove } from './migration.ts'

/** How a {@link SlotTable} is made. */
export interface SlotTableOptions {
  /** How many slots there are: a power of two, 16384 by default. It can never change, so take many per node. */
  readonly slots?: number | undefined
  /** The version to start at, 0 by default. */
  readonly version?: number | undefined
}

/** A slot table as JSON: small enough for one ZooKeeper node. */
export interface SlotTableJSON {
  readonly format: 1
  readonly version: number
  readonly checksum: number
  /** All members, ordered by id; those with weight 0 are leaving or drained. */
  readonly nodes: readonly Node[]
  /** The owner of each slot, as an index into `nodes` in hexadecimal, all of one width. */
  readonly owners: string
}

/**
 * A fixed number of slots, each owned by one node: a key's slot never changes, only the slot's owner does, and only by a
 * plan that says which slots move. Choose it where moving data costs something and is done step by step, as Redis Cluster does.
 *
 * An immutable snapshot; its history decides which node has which slot, so share the table itself, not the set of nodes.
 *
 * @example
 * ```ts
 * const table = new SlotTable(['a', 'b', 'c'])
 * const plan = table.plan(['a', 'b', 'c', 'd'], { maxMoves: 1000 })
 * const next = table.apply(plan) // at most 1000 slots have another owner
 * ```
 */
export class SlotTable implements Router<string> {
  /** All members, ordered by id; those with weight 0 give their slots away. */
  readonly members: readonly Node[]
  /** The ids of all members, ordered. */
  readonly nodes: readonly string[]
  /** Grows by one with every plan that is applied. */
  readonly version: number
  /**
   * Tells members of a cluster whether they have one table: equal for the same members, weights and zones, and the same
   * owners of slots; otherwise different, but by chance. The version does not count. An unsigned 32-bit number.
   */
  readonly checksum: number
  /** For each slot the index of its node; one behind the last node where it has none. */
  readonly #owners: Uint32Array
  /** The ids once more: reading a frozen array costs look-ups more. */
  readonly #ids: readonly string[]
  readonly #shift: number

  /** A table in which the slots are shared out by weight. */
  constructor(nodes?: Iterable<NodeInput>, options?: SlotTableOptions)
  constructor(nodes: Iterable<NodeInput> = [], options: SlotTableOptions & { readonly owners?: Uint32Array } = {}) {
    const { slots = 16_384, version = 0, owners } = checkedOptions(options, ['slots', 'version', 'owners'])
    checkInteger('version', version, 0, Number.MAX_SAFE_INTEGER)
    if (!isSlotCount(slots)) {
      throw hashingErrors.BAD_OPTION({ option: 'slots', value: slots, expected: 'a power of two from 2 to 16777216' })
    }
    this.members = Object.freeze(sortedNodes(nodes))
    this.#ids = this.members.map(({ id }) => id)
    this.nodes = Object.freeze([...this.#ids])
    this.version = version
    this.#shift = 32 - Math.log2(slots)
    this.#owners = owners ?? firstOwners(this.members, slots)
    const members = this.members.flatMap(({ id, weight, zone }) =>
      zone === undefined ? [id, weight] : [id, weight, zone],
    )
    this.checksum = checksumOf(['slots', ...members, murmur3Signed(new Uint8Array(this.#owners.buffer), 0)])
  }

  /** @throws RK_HASHING_BAD_SNAPSHOT when it is damaged */
  static fromJSON(json: SlotTableJSON): SlotTable {
    if (json?.format !== 1 || !Array.isArray(json.nodes) || typeof json.owners !== 'string') {
      throw hashingErrors.BAD_SNAPSHOT({ reason: 'it has no format 1, no list of nodes or no owners' })
    }
    const width = widthOf(json.nodes.length)
    const slots = json.owners.length / width
    if (!isSlotCount(slots)) {
      throw hashingErrors.BAD_SNAPSHOT({ reason: `it has ${slots} slots, which is no power of two from 2 to 16777216` })
    }
    const owners = Uint32Array.from({ length: slots }, (_, slot) =>
      Number.parseInt(json.owners.slice(slot * width, (slot + 1) * width), 16),
    )
    if (owners.some((owner) => !(owner <= json.nodes.length))) {
      throw hashingErrors.BAD_SNAPSHOT({ reason: 'a slot has an owner that is no node' })
    }
    const table = fromSnapshot(() => tableOf(json.nodes, owners, json.version))
    if (table.checksum !== json.checksum) {
      throw hashingErrors.BAD_SNAPSHOT({
        reason: `its checksum is ${json.checksum}, its nodes and slots give ${table.checksum}`,
      })
    }
    return table
  }

  /** How many slots there are. */
  get slots(): number {
    return this.#owners.length
  }

  /** The slot of a key; the same in every table with as many slots. */
  slotOf(key: Key): number {
    return murmur3Signed(key, 0) >>> this.#shift
  }

  /** {@link SlotTable.slotOf} of the key `bytes[start, end)`, without a copy. */
  slotOfRange(bytes: Uint8Array, start: number, end: number): number {
    return murmur3Signed(bytes, 0, start, end) >>> this.#shift
  }

  /** The owner of a slot; `undefined` when there was never a node that could own it. */
  ownerOf(slot: number): string | undefined {
    return this.nodes[this.#owners[slot]!]
  }

  /** The owner of `key`; `undefined` when there is no node. */
  get(key: Key): string | undefined {
    return this.#ids[this.#owners[murmur3Signed(key, 0) >>> this.#shift]!]
  }

  /** Up to `count` distinct nodes, the owner first: the owners of the slots that follow. */
  getN(key: Key, count: number): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const found = new Set<string>()
    const first = this.slotOf(key)
    for (let i = 0; i < this.slots && found.size < count; i++) {
      const owner = this.ownerOf((first + i) & (this.slots - 1))
      if (owner !== undefined) found.add(owner)
    }
    return [...found]
  }

  /** How many slots each node owns. */
  counts(): Map<string, number> {
    const counts = new Map(this.nodes.map((id) => [id, 0]))
    for (const owner of this.#owners) {
      const id = this.nodes[owner]
      if (id !== undefined) counts.set(id, counts.get(id)! + 1)
    }
    return counts
  }

  /**
   * The fewest moves that share the slots out by the weights of `nodes`: from nodes that are not among them any more,
   * and from those that own too many, to those that own too few.
   *
   * @param options - `maxMoves` limits one step; the plan then says how many moves remain, and planning again after it
   * has been applied goes on from there
   */
  plan(nodes: Iterable<NodeInput>, options: { readonly maxMoves?: number | undefined } = {}): MigrationPlan {
    const { maxMoves = this.slots } = checkedOptions(options, ['maxMoves'])
    checkInteger('maxMoves', maxMoves, 0, this.slots)
    const { nodes: before, version, checksum } = this
    return planMigration({ nodes: before, owners: this.#owners, version, checksum }, sortedNodes(nodes), maxMoves)
  }

  /**
   * The table after a plan.
   *
   * @throws RK_HASHING_STALE_PLAN when the table has changed since the plan was made
   * @throws RK_HASHING_BAD_OPTION for what is no plan
   */
  apply(plan: MigrationPlan): SlotTable {
    if (!Array.isArray(plan?.nodes) || !Array.isArray(plan.moves)) {
      throw hashingErrors.BAD_OPTION({ option: 'plan', value: plan, expected: 'what plan() gave' })
    }
    if (plan.checksum !== this.checksum || plan.version !== this.version) {
      throw hashingErrors.STALE_PLAN({ planned: plan.version, actual: this.version })
    }
    const byId = new Map(checkedNodes(plan.nodes).map((node) => [node.id, node]))
    const owners = Array.from(this.#owners, (owner) => this.nodes[owner]!)
    for (const move of plan.moves) {
      const { slot, to } = (move ?? {}) as Partial<SlotMove>
      if (!(slot! in owners) || !byId.has(to!)) {
        const expected = 'moves of slots that there are to nodes of the plan'
        throw hashingErrors.BAD_OPTION({ option: 'moves', value: move, expected })
      }
      owners[slot!] = to!
    }
    // A node that has left stays, with weight 0, for as long as it owns a slot.
    for (const id of new Set(owners)) if (id !== undefined && !byId.has(id)) byId.set(id, { id, weight: 0 })
    const members = sortedNodes(byId.values())
    const index = new Map(members.map(({ id }, i) => [id, i]))
    return tableOf(
      members,
      Uint32Array.from(owners, (id) => index.get(id) ?? members.length),
      this.version + 1,
    )
  }

  /** The whole table; {@link SlotTable.fromJSON} makes an equal one of it. */
  toJSON(): SlotTableJSON {
    const width = widthOf(this.nodes.length)
    const owners = Array.from(this.#owners, (owner) => owner.toString(16).padStart(width, '0')).join('')
    return { format: 1, version: this.version, checksum: this.checksum, nodes: this.members, owners }
  }
}

function tableOf(nodes: readonly Node[], owners: Uint32Array, version: number): SlotTable {
  // The constructor takes owners too, which its public signature hides.
  return new SlotTable(nodes, { slots: owners.length, version, owners } as SlotTableOptions)
}

function isSlotCount(slots: number): boolean {
  return Number.isInteger(slots) && slots >= 2 && slots <= 0x100_0000 && (slots & (slots - 1)) === 0
}

/** How many digits an owner takes, from the first node to none. */
function widthOf(nodes: number): number {
  return nodes.toString(16).length
}

function firstOwners(members: readonly Node[], slots: number): Uint32Array {
  const owners = new Uint32Array(slots).fill(members.length)
  const nodes = members.map(({ id }) => id)
  const { moves } = planMigration({ nodes: [], owners, version: 0, checksum: 0 }, members, slots)
  const index = new Map(nodes.map((id, i) => [id, i]))
  for (const { slot, to } of moves) owners[slot] = index.get(to)!
  return owners
}
