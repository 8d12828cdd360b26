import type { Key, Router } from '@ringkeeper/core'
import { checkedOptions, checkInteger } from '../check.ts'
import { hashingErrors } from '../errors.ts'
import type { KeyRanges } from '../hash/key-ranges.ts'
import { murmur3Signed } from '../hash/murmur3.ts'
import { andNodes, withNodes, withoutNodes, type Node, type NodeInput } from '../nodes.ts'
import { Memo } from './memo.ts'
import { firstState, nextState } from './next-state.ts'
import type { HashRingOptions } from './options.ts'
import type { Placement } from './placement.ts'
import { modern } from './placements/modern.ts'
import { ownerAt, ownerIn, ownerMask, ownersAt, successor, type Points } from './points.ts'
import { movedRanges, ownedRanges, refuseWide, type MovedRange, type OwnedRange } from './ranges.ts'
import { fromShared, toShared, type SharedHashRing } from './shared.ts'
import * as snapshot from './snapshot.ts'
import { RingState } from './state.ts'
import { accepting, distinctOwners, firstAccepted, spreadOwners } from './walk.ts'

/** Up to this many replicas are looked for in the shortest way. */
const FEW = 8

/** What {@link HashRing.get} and {@link HashRing.getN} should leave out. */
export interface GetOptions {
  /** Ids that must not be answered, such as nodes that are down: the next one on the ring takes over. */
  readonly exclude?: ReadonlySet<string> | readonly string[] | undefined
}

/** How {@link HashRing.getN} chooses replicas. */
export interface GetNOptions extends GetOptions {
  /** Whether to use as many zones as there are, evenly, before two nodes of one zone; false by default. */
  readonly spreadZones?: boolean | undefined
}

/**
 * Consistent hashing with named, weighted nodes: says which node owns a key, so that adding or removing a node moves
 * only the keys that it gains or loses.
 *
 * A ring is an immutable snapshot: `add`, `remove` and `with` make the next one. Where keys go depends on the set of
 * nodes and the options alone, never on the order in which nodes came.
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
  /** The ids of the nodes that can own keys, ordered. */
  readonly nodes: readonly string[]
  readonly #state: RingState
  // What look-ups need, one step away; few fields, so that they lie in the object itself. The ids once more, because
  // reading a frozen array costs more.
  readonly #points: Points
  readonly #placement: Placement
  readonly #ids: readonly string[]
  readonly #seed: number
  /** Whether a look-up is murmur3 and a search and nothing else: V8 takes in a function that it knows beforehand. */
  readonly #isPlain: boolean
  readonly #memo: Memo<string> | undefined
  /** Where getN collects owners. */
  readonly #few: Uint32Array

  /**
   * @throws RK_HASHING_BAD_NODE, RK_HASHING_BAD_WEIGHT, RK_HASHING_DUPLICATE_NODE, RK_HASHING_BAD_OPTION,
   * RK_HASHING_TOO_MANY_POINTS, RK_HASHING_TOO_MANY_NODES
   */
  constructor(nodes?: Iterable<NodeInput>, options?: HashRingOptions)
  constructor(from: Iterable<NodeInput> | RingState = [], options: HashRingOptions = {}) {
    this.#state = from instanceof RingState ? from : firstState(from, options)
    const { points, settings, live } = this.#state
    this.#points = points
    this.#placement = settings.placement
    this.#ids = live.map(({ id }) => id)
    this.#seed = settings.seed
    this.#memo = settings.memo > 0 ? new Memo(settings.memo) : undefined
    this.#isPlain = this.#memo === undefined && points.count > 0 && settings.placement === modern
    this.#few = new Uint32Array(FEW)
    this.nodes = Object.freeze([...this.#ids])
  }

  /**
   * The ring that {@link HashRing.toJSON} described.
   *
   * @throws RK_HASHING_BAD_SNAPSHOT when it is damaged or from a ring that placed keys differently
   */
  static fromJSON(json: snapshot.HashRingJSON, options: snapshot.SnapshotOptions = {}): HashRing {
    return ringOf(snapshot.fromJSON(json, options))
  }

  /**
   * The ring that {@link HashRing.toShared} put into shared memory. Nothing is built or copied, but the points are read
   * once, to see that they are whole.
   *
   * @throws RK_HASHING_BAD_SNAPSHOT when it is damaged or belongs to another ring
   */
  static fromShared(shared: SharedHashRing, options: snapshot.SnapshotOptions = {}): HashRing {
    return ringOf(fromShared(shared, options))
  }

  /** Grows by one with every change. */
  get version(): number {
    return this.#state.version
  }

  /**
   * Tells members of a cluster whether they place alike: equal for the same nodes, weights, zones and options (and secret),
   * by whatever changes they came; otherwise different, but by chance. Neither the version nor drained nodes count. An
   * unsigned 32-bit number.
   */
  get checksum(): number {
    return this.#state.checksum
  }

  /** All members with their weights and zones, also drained ones: ordered by id in `modern`, as given elsewhere. */
  get members(): readonly Node[] {
    return this.#state.members
  }

  /** How many points the nodes have together. */
  get pointCount(): number {
    return this.#points.count
  }

  /** How many bytes of typed arrays the ring takes. */
  get byteLength(): number {
    const { words, wide } = this.#points
    return words.byteLength * (wide === undefined ? 1 : 3)
  }

  /** The owner of `key`; `undefined` when no node is left. */
  get(key: Key, options?: GetOptions): string | undefined {
    if (this.#isPlain && options === undefined) return this.#ids[ownerAt(this.#points, murmur3Signed(key, this.#seed))]
    return this.#getOtherwise(key, options === undefined ? undefined : checkedOptions(options, ['exclude']).exclude)
  }

  /** Up to `count` distinct nodes in order of preference, the owner first: where to keep replicas of `key`. */
  getN(key: Key, count: number, options?: GetNOptions): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const ids = this.#ids
    const at = this.#find(key)
    if (options === undefined && count <= FEW) return this.#firstFew(at, count)
    if (options !== undefined) checkedOptions(options, ['exclude', 'spreadZones'])
    const accepts = options?.exclude === undefined ? undefined : accepting(ids, options.exclude)
    const owners =
      options?.spreadZones === true
        ? spreadOwners(this.#points, at, count, this.#state.live, accepts)
        : distinctOwners(this.#points, at, count, ids.length, accepts)
    const nodes: string[] = []
    for (let i = 0; i < owners.length; i++) nodes.push(ids[owners[i]!]!)
    return nodes
  }

  /** The owners of many keys; written into `into` where it is given, so that a loop allocates nothing. */
  getMany(
    keys: readonly Key[],
    into: (string | undefined)[] = Array.from({ length: keys.length }),
  ): (string | undefined)[] {
    for (let i = 0; i < keys.length; i++) into[i] = this.get(keys[i]!)
    return into
  }

  /**
   * The position of a key on the circle, an unsigned 32-bit number. Bytes and the string that they encode have the same
   * position. Allocates nothing for bytes, integers and strings of up to 64 characters.
   *
   * @throws RK_HASHING_WIDE_POSITIONS with placement `envoy`
   */
  hashOf(key: Key): number {
    return this.#placement.hash(key, this.#seed) >>> 0
  }

  /** {@link HashRing.hashOf} of the key `bytes[start, end)`, without a copy. */
  hashOfRange(bytes: Uint8Array, start: number, end: number): number {
    return this.#placement.hashRange(bytes, this.#seed, start, end) >>> 0
  }

  /**
   * {@link HashRing.hashOfRange} of many keys in one piece of memory, into `positions`; the entry of a missing key stays as it
   * was. Faster than one by one where keys are hashed with murmur3, as they are by default.
   *
   * @throws RK_HASHING_WIDE_POSITIONS with placement `envoy`
   */
  hashOfRanges(bytes: Uint8Array, ranges: KeyRanges, positions: Uint32Array): void {
    const { hashRange, hashRanges } = this.#placement
    if (hashRanges !== undefined) return hashRanges(bytes, this.#seed, ranges, positions)
    const { starts, ends, length } = ranges
    for (let i = 0; i < length; i++) {
      if (starts[i]! >= 0) positions[i] = hashRange(bytes, this.#seed, starts[i]!, ends[i]!)
    }
  }

  /**
   * The owner of a position, as an index into {@link HashRing.nodes}; -1 when no node is left.
   *
   * @throws RK_HASHING_WIDE_POSITIONS with placement `envoy`
   */
  indexOfHash(position: number): number {
    if (this.#points.wide !== undefined) refuseWide(this.#state)
    return this.#ids.length === 0 ? -1 : ownerAt(this.#points, position)
  }

  /**
   * {@link HashRing.indexOfHash} of the first `length` positions, into `indices`.
   *
   * @throws RK_HASHING_WIDE_POSITIONS with placement `envoy`
   */
  indicesOfHashes(positions: Uint32Array, length: number, indices: Int32Array): void {
    if (this.#points.wide !== undefined) refuseWide(this.#state)
    if (this.#ids.length === 0) indices.fill(-1, 0, length)
    else ownersAt(this.#points, positions, length, indices)
  }

  /**
   * A ring with these nodes as well.
   *
   * @throws RK_HASHING_DUPLICATE_NODE where one is a member already; to change a weight use {@link HashRing.with}
   */
  add(...nodes: NodeInput[]): HashRing {
    return this.#changed(andNodes(this.members, nodes))
  }

  /**
   * A ring without these nodes.
   *
   * @throws RK_HASHING_UNKNOWN_NODE where one is no member
   */
  remove(...ids: string[]): HashRing {
    return this.#changed(withoutNodes(this.members, ids))
  }

  /** A ring in which these nodes are added, or take the place of the members of the same id (another weight or zone). */
  with(...nodes: NodeInput[]): HashRing {
    return this.#changed(withNodes(this.members, nodes))
  }

  /** The circle as ranges of positions in ascending order, each with its owner; or only those that `node` owns. */
  *ranges(node?: string): Generator<OwnedRange> {
    for (const range of ownedRanges(this.#state)) if (node === undefined || range.node === node) yield range
  }

  /** The part of the circle that each node owns, from 0 to 1; all parts make 1. */
  shares(): Map<string, number> {
    const shares = new Map(this.nodes.map((id) => [id, 0]))
    for (const { first, last, node } of this.ranges()) {
      shares.set(node, shares.get(node)! + (last - first + 1) / 0x1_0000_0000)
    }
    return shares
  }

  /**
   * The ranges of positions that have another owner in `next`, ascending: which keys a change moves, and between whom.
   *
   * @throws RK_HASHING_DIFFERENT_HASH when the rings hash keys differently
   */
  diff(next: HashRing): MovedRange[] {
    if (!(next instanceof HashRing)) {
      throw hashingErrors.BAD_OPTION({ option: 'next', value: next, expected: 'a HashRing' })
    }
    return movedRanges(this.#state, next.#state)
  }

  /** Everything that decides where keys go; {@link HashRing.fromJSON} makes an equal ring of it. */
  toJSON(): snapshot.HashRingJSON {
    return snapshot.toJSON(this.#state)
  }

  /**
   * The ring with a copy of its points in shared memory, to be posted to workers.
   *
   * @throws RK_HASHING_NO_SHARED_MEMORY in a browser whose page is not cross-origin isolated
   */
  toShared(): SharedHashRing {
    return toShared(this.#state)
  }

  #changed(nodes: Node[]): HashRing {
    return ringOf(nextState(this.#state, nodes))
  }

  /** The slot of the point that a key belongs to. */
  #find(key: Key): number {
    const { wide, hash } = this.#placement
    return wide === undefined ? successor(this.#points, hash(key, this.#seed)) : wide.find(this.#points, key)
  }

  /** What distinctOwners finds, for the usual small counts, without lists in between. */
  #firstFew(at: number, count: number): string[] {
    const { words } = this.#points
    const mask = ownerMask(this.#points)
    const found = this.#few
    const limit = Math.min(count, this.#ids.length)
    let length = 0
    for (let slot = at, last = -1, rounds = 0; length < limit; slot++) {
      if (slot >= words.length) {
        // Shared memory may have been overwritten: nobody may wait for a node that is not there.
        if (++rounds > 1) break
        slot = 0
      }
      const owner = words[slot]! & mask
      // Gaps repeat the point that follows.
      if (owner === last) continue
      last = owner
      let known = 0
      while (known < length && found[known] !== owner) known++
      if (known === length) found[length++] = owner
    }
    const ids = this.#ids
    // The usual numbers of replicas: a list that is written out is made fastest.
    if (length === 2) return [ids[found[0]!]!, ids[found[1]!]!]
    if (length === 3) return [ids[found[0]!]!, ids[found[1]!]!, ids[found[2]!]!]
    // A list of just this length; one that grows takes room for 17.
    const nodes = ids.slice(0, length)
    for (let i = 0; i < length; i++) nodes[i] = ids[found[i]!]!
    return nodes
  }

  #getOtherwise(key: Key, exclude: GetOptions['exclude']): string | undefined {
    if (exclude !== undefined) {
      return this.#ids[firstAccepted(this.#points, this.#find(key), accepting(this.#ids, exclude))]
    }
    if (this.#points.count === 0) return undefined
    if (this.#memo !== undefined && typeof key === 'string') return this.#getMemoized(key, this.#memo)
    return this.#ids[ownerIn(this.#points, this.#find(key))]
  }

  #getMemoized(key: string, memo: Memo<string>): string {
    const known = memo.get(key)
    if (known !== undefined) return known
    const owner = this.#ids[ownerIn(this.#points, this.#find(key))]!
    memo.set(key, owner)
    return owner
  }
}

/**
 * The ranges of positions that have another owner in `after` than in `before`; see {@link HashRing.diff}.
 *
 * @example
 * ```ts
 * for (const { first, last, from, to } of diff(ring, ring.add('d'))) console.log(first, last, from, to)
 * ```
 */
export function diff(before: HashRing, after: HashRing): MovedRange[] {
  return before.diff(after)
}

// The constructor takes a ready state too, which its public signature hides.
const ringOf = (state: RingState): HashRing => new HashRing(state as unknown as Iterable<NodeInput>)
