import type { Key, Router } from '@ringkeeper/core'
import { hashingErrors } from '../errors.ts'
import { sortedNodes, checkedNodes, type Node, type NodeInput } from '../nodes.ts'
import { Memo } from './memo.ts'
import { checkInteger, ringSettings, type HashRingOptions } from './options.ts'
import type { Placement, PlacementName } from './placement.ts'
import { successor, type Points } from './points.ts'
import { RingState } from './state.ts'
import { distinctOwners, firstAccepted, spreadOverZones } from './walk.ts'

/** What {@link HashRing.get} and {@link HashRing.getN} should leave out or spread over. */
export interface GetOptions {
  /** Ids that must not be answered, such as nodes that are down: the next one on the ring takes over. */
  readonly exclude?: ReadonlySet<string> | readonly string[] | undefined
}

/** How {@link HashRing.getN} chooses replicas. */
export interface GetNOptions extends GetOptions {
  /** Whether to use as many zones as there are, evenly, before two nodes of one zone; false by default. */
  readonly spreadZones?: boolean | undefined
}

/** A ring as JSON: everything that decides where keys go. */
export interface HashRingJSON {
  readonly format: 1
  readonly placement: PlacementName
  readonly pointsPerWeight: number
  readonly seed: number
  readonly version: number
  readonly checksum: number
  readonly nodes: readonly Node[]
}

/**
 * Consistent hashing with named, weighted nodes: says which node owns a key, so that adding or removing a node moves
 * only the keys that it gains or loses.
 *
 * A ring is an immutable snapshot: `add`, `remove` and `with` make the next one. Where keys go depends on the set of nodes and
 * the options alone, never on the order in which nodes came.
 *
 * @example
 * ```ts
 * const ring = new HashRing(['a', 'b', { id: 'c', weight: 2 }])
 * ring.get('user:42') // one of a, b, c
 * const next = ring.remove('b') // only keys of b have another owner now
 * ```
 * @see D. Karger et al., Consistent Hashing and Random Trees, STOC 1997
 */
export class HashRing implements Router<string> {
  readonly #state: RingState
  readonly #points: Points
  readonly #placement: Placement
  readonly #seed: number
  readonly #memo: Memo<string> | undefined
  /** The ids of the nodes that can own keys, ordered. */
  readonly nodes: readonly string[]

  /**
   * @throws RK_HASHING_BAD_NODE, RK_HASHING_BAD_WEIGHT, RK_HASHING_DUPLICATE_NODE, RK_HASHING_BAD_OPTION,
   * RK_HASHING_TOO_MANY_POINTS
   */
  constructor(nodes?: Iterable<NodeInput>, options?: HashRingOptions)
  constructor(from: Iterable<NodeInput> | RingState = [], options: HashRingOptions = {}) {
    this.#state = from instanceof RingState ? from : firstState(from, options)
    const { points, settings, live } = this.#state
    this.#points = points
    this.#placement = settings.placement
    this.#seed = settings.seed
    this.#memo = settings.memo > 0 ? new Memo(settings.memo) : undefined
    this.nodes = Object.freeze(live.map(({ id }) => id))
  }

  /** Grows by one with every change. */
  get version(): number {
    return this.#state.version
  }

  /** Equal for rings that place every key alike; an unsigned 32-bit number. */
  get checksum(): number {
    return this.#state.checksum
  }

  /** All members with their weights and zones, also drained ones, ordered by id in `modern`, as given elsewhere. */
  get members(): readonly Node[] {
    return this.#state.members
  }

  /** How many points the nodes have together. */
  get pointCount(): number {
    return this.#points.count
  }

  /** How many bytes of typed arrays the ring takes. */
  get byteLength(): number {
    const { positions, owners, starts } = this.#points
    return positions.byteLength + owners.byteLength + starts.byteLength
  }

  /** The owner of `key`; `undefined` when no node is left. */
  get(key: Key, options?: GetOptions): string | undefined {
    if (options?.exclude !== undefined) return this.#getExcept(key, options.exclude)
    if (this.#memo !== undefined && typeof key === 'string') return this.#getMemoized(key, this.#memo)
    return this.nodes[this.indexOfHash(this.hashOf(key))]
  }

  /** Up to `count` distinct nodes in order of preference, the owner first: where to keep replicas of `key`. */
  getN(key: Key, count: number, options: GetNOptions = {}): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const { live } = this.#state
    const { exclude, spreadZones = false } = options
    const everything = spreadZones || exclude !== undefined
    const at = successor(this.#points, this.hashOf(key))
    let found = distinctOwners(this.#points, at, everything ? live.length : count, live.length)
    if (exclude !== undefined) {
      const excluded = excluding(exclude)
      found = found.filter((node) => !excluded(live[node]!.id))
    }
    if (spreadZones) found = spreadOverZones(found, count, (node) => live[node]!.zone)
    return found.slice(0, count).map((node) => live[node]!.id)
  }

  /**
   * The position of a key on the circle, an unsigned 32-bit number. Bytes and the string that they encode have the same
   * position. Allocates nothing for bytes, integers and strings of up to 64 characters.
   */
  hashOf(key: Key): number {
    return this.#placement.hash(key, this.#seed)
  }

  /** {@link HashRing.hashOf} of the key `bytes[start, end)`, without a copy. */
  hashOfRange(bytes: Uint8Array, start: number, end: number): number {
    return this.#placement.hashRange(bytes, this.#seed, start, end)
  }

  /** The owner of a position, as an index into {@link HashRing.nodes}; -1 when no node is left. */
  indexOfHash(position: number): number {
    const points = this.#points
    return points.count === 0 ? -1 : points.owners[successor(points, position)]!
  }

  /**
   * A ring with these nodes as well.
   *
   * @throws RK_HASHING_DUPLICATE_NODE where one is a member already; to change a weight use {@link HashRing.with}
   */
  add(...nodes: NodeInput[]): HashRing {
    return this.#changed([...this.members, ...nodes])
  }

  /**
   * A ring without these nodes.
   *
   * @throws RK_HASHING_UNKNOWN_NODE where one is no member
   */
  remove(...ids: string[]): HashRing {
    const gone = new Set(ids)
    for (const id of gone) {
      if (!this.members.some((node) => node.id === id)) {
        throw hashingErrors.UNKNOWN_NODE({ node: id, known: this.members.map((node) => node.id) })
      }
    }
    return this.#changed(this.members.filter(({ id }) => !gone.has(id)))
  }

  /** A ring in which these nodes are added, or take the place of the members of the same id (another weight or zone). */
  with(...nodes: NodeInput[]): HashRing {
    const given = new Map(checkedNodes(nodes).map((node) => [node.id, node]))
    const kept = this.members.map((node) => given.get(node.id) ?? node)
    const known = new Set(kept.map(({ id }) => id))
    return this.#changed([...kept, ...[...given.values()].filter(({ id }) => !known.has(id))])
  }

  /** Everything that decides where keys go; {@link HashRing.fromJSON} makes an equal ring of it. */
  toJSON(): HashRingJSON {
    const { settings, version, checksum, members } = this.#state
    const { placement, pointsPerWeight, seed } = settings
    return { format: 1, placement: placement.name, pointsPerWeight, seed, version, checksum, nodes: members }
  }

  #changed(nodes: readonly NodeInput[]): HashRing {
    const { settings, version } = this.#state
    const state = new RingState(membersOf(nodes, settings.placement), settings, version + 1, this.#state)
    return new HashRing(state as unknown as Iterable<NodeInput>)
  }

  #getMemoized(key: string, memo: Memo<string>): string | undefined {
    const known = memo.get(key)
    if (known !== undefined) return known
    const owner = this.nodes[this.indexOfHash(this.hashOf(key))]
    if (owner !== undefined) memo.set(key, owner)
    return owner
  }

  #getExcept(key: Key, exclude: ReadonlySet<string> | readonly string[]): string | undefined {
    const excluded = excluding(exclude)
    const at = successor(this.#points, this.hashOf(key))
    return this.nodes[firstAccepted(this.#points, at, (owner) => !excluded(this.nodes[owner]!))]
  }
}

function firstState(nodes: Iterable<NodeInput>, options: HashRingOptions): RingState {
  const { version = 0 } = options
  checkInteger('version', version, 0, Number.MAX_SAFE_INTEGER)
  const settings = ringSettings(options)
  return new RingState(membersOf(nodes, settings.placement), settings, version)
}

function membersOf(nodes: Iterable<NodeInput>, placement: Placement): readonly Node[] {
  return Object.freeze(placement.independent ? sortedNodes(nodes) : checkedNodes(nodes))
}

function excluding(exclude: ReadonlySet<string> | readonly string[]): (id: string) => boolean {
  return Array.isArray(exclude)
    ? (id) => (exclude as readonly string[]).includes(id)
    : (id) => (exclude as ReadonlySet<string>).has(id)
}
