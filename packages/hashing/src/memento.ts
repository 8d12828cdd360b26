import type { Key, Router } from '@ringkeeper/core'
import { checkInteger, fromSnapshot } from './check.ts'
import { checksumOf } from './checksum.ts'
import { hashingErrors } from './errors.ts'
import { murmur3Signed, murmurFinal } from './hash/murmur3.ts'
import { checkedIds } from './nodes.ts'
import { jumpBackHalves } from './numbered/jump-back.ts'

/**
 * What a {@link Memento} is: replicate this, not the set of nodes. Two members that saw the same nodes leave in another
 * order place keys differently, so all must take the state from one log or one writer.
 */
export interface MementoState {
  readonly format: 1
  readonly version: number
  /** Of the buckets and the order in which they were left. */
  readonly checksum: number
  /** The node of each bucket; `null` where it has left. */
  readonly buckets: readonly (string | null)[]
  /** The buckets that have been left, in the order in which that happened. */
  readonly removedInOrder: readonly number[]
}

/**
 * MementoHash: nodes in numbered buckets, any of which can leave. As even as rendezvous hashing at a constant expected
 * cost, no needless moves, no limit to the number of nodes; it remembers only the buckets that were left.
 *
 * A node that comes fills the bucket that was left last, so that leaving and coming back restores every key. The order
 * of removals is part of the state: see {@link MementoState}. An immutable snapshot.
 *
 * @example
 * ```ts
 * const nodes = new Memento(['a', 'b', 'c', 'd'])
 * const without = nodes.remove('b') // b's keys go evenly to a, c and d
 * without.add('b') // places every key as before
 * ```
 * @see M. Coluzzi et al., MementoHash: A Stateful, Minimal Memory, Best Performing Consistent Hash Algorithm, 2023
 */
export class Memento implements Router<string> {
  /** The nodes in the order of their buckets. */
  readonly nodes: readonly string[]
  /** Grows by one with every change. */
  readonly version: number
  /**
   * Tells members of a cluster whether they place alike: equal for the same buckets, left in the same order; otherwise
   * different, but by chance. The version does not count. An unsigned 32-bit number.
   */
  readonly checksum: number
  readonly #buckets: readonly (string | null)[]
  readonly #removed: readonly number[]
  /** For each bucket that was left how many were in use after that; 0 for the others. */
  readonly #inUseAfter: Uint32Array

  /** @param nodes - the nodes in the order of their buckets, which every member must know alike */
  constructor(nodes?: Iterable<string>)
  constructor(from: Iterable<string> | Buckets = []) {
    const { version, ...state } = isState(from) ? from : firstState(from)
    const buckets = [...state.buckets]
    const removedInOrder = [...state.removedInOrder]
    this.nodes = Object.freeze(checkedIds(buckets.filter((node) => node !== null)))
    this.version = version
    this.#buckets = buckets
    this.#removed = removedInOrder
    this.#inUseAfter = new Uint32Array(buckets.length)
    removedInOrder.forEach((bucket, i) => (this.#inUseAfter[bucket] = buckets.length - i - 1))
    this.checksum = checksumOf(['memento', ...buckets.map((node) => node ?? ''), ...removedInOrder])
  }

  /**
   * The router of a state that was replicated.
   *
   * @throws RK_HASHING_BAD_SNAPSHOT when it is damaged
   */
  static fromJSON(state: MementoState): Memento {
    checkState(state)
    const router = fromSnapshot(() => mementoOf(state))
    if (router.checksum !== state.checksum) {
      const reason = `its checksum is ${String(state.checksum)}, its buckets give ${router.checksum}`
      throw hashingErrors.BAD_SNAPSHOT({ reason })
    }
    return router
  }

  /** The owner of `key`; `undefined` when no node is left. */
  get(key: Key): string | undefined {
    return this.nodes.length === 0 ? undefined : this.#buckets[bucketOf(murmur3Signed(key, 0), this.#inUseAfter)]!
  }

  /** Up to `count` distinct nodes, the owner first: each next one is who would own the key without those before. */
  getN(key: Key, count: number): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const hash = murmur3Signed(key, 0)
    const found: string[] = []
    let rest = this.#inUseAfter.slice()
    for (let left = this.nodes.length; left > 0 && found.length < count; left--) {
      const bucket = bucketOf(hash, rest)
      found.push(this.#buckets[bucket]!)
      // What remove would do.
      if (left === rest.length && bucket === left - 1) rest = rest.subarray(0, bucket)
      else rest[bucket] = left - 1
    }
    return found
  }

  /**
   * With one node more: in the bucket that was left last, or else in a new one.
   *
   * @throws RK_HASHING_DUPLICATE_NODE where it is a member already
   */
  add(node: string): Memento {
    checkedIds([node])
    const bucket = this.#removed.at(-1)
    if (bucket === undefined) return this.#changed([...this.#buckets, node], [])
    return this.#changed(this.#buckets.with(bucket, node), this.#removed.slice(0, -1))
  }

  /**
   * Without a node.
   *
   * @throws RK_HASHING_UNKNOWN_NODE where it is no member
   */
  remove(node: string): Memento {
    checkedIds([node])
    const bucket = this.#buckets.indexOf(node)
    if (bucket < 0) throw hashingErrors.UNKNOWN_NODE({ node, known: this.nodes })
    const isLast = bucket === this.#buckets.length - 1 && this.#removed.length === 0
    if (isLast) return this.#changed(this.#buckets.slice(0, -1), [])
    return this.#changed(this.#buckets.with(bucket, null), [...this.#removed, bucket])
  }

  /** The whole state, a few bytes for each node; {@link Memento.fromJSON} makes an equal router of it. */
  toJSON(): MementoState {
    const { version, checksum } = this
    return { format: 1, version, checksum, buckets: [...this.#buckets], removedInOrder: [...this.#removed] }
  }

  #changed(buckets: readonly (string | null)[], removedInOrder: readonly number[]): Memento {
    return mementoOf({ version: this.version + 1, buckets, removedInOrder })
  }
}

/** What decides where keys go. */
type Buckets = Pick<MementoState, 'version' | 'buckets' | 'removedInOrder'>

function mementoOf(buckets: Buckets): Memento {
  // The constructor takes buckets too, which its public signature hides.
  return new Memento(buckets as unknown as Iterable<string>)
}

function bucketOf(hash: number, inUseAfter: Uint32Array): number {
  let bucket = jumpBackHalves(hash, murmurFinal(hash ^ 0x9e37_79b9), inUseAfter.length)
  for (let inUse = inUseAfter[bucket]!; inUse > 0; inUse = inUseAfter[bucket]!) {
    // Drawn among the buckets that were in use after this one had been left.
    const drawn = murmurFinal(hash ^ murmurFinal(bucket + 1)) >>> 0
    bucket = Math.floor((drawn * inUse) / 0x1_0000_0000)
    // One that had been left before then is stood in for by the one that took its place.
    while (inUseAfter[bucket]! >= inUse) bucket = inUseAfter[bucket]!
  }
  return bucket
}

function isState(from: Iterable<string> | Buckets): from is Buckets {
  return typeof from === 'object' && from !== null && 'removedInOrder' in from
}

function firstState(nodes: Iterable<string>): Buckets {
  return { version: 0, buckets: checkedIds(nodes), removedInOrder: [] }
}

function checkState(state: MementoState): void {
  const { format, version, buckets, removedInOrder } = state ?? {}
  const empty = new Set(Array.isArray(buckets) ? buckets.flatMap((node, i) => (node === null ? [i] : [])) : [])
  const fits =
    format === 1 &&
    Number.isSafeInteger(version) &&
    version >= 0 &&
    Array.isArray(buckets) &&
    buckets.every((node) => node === null || typeof node === 'string') &&
    Array.isArray(removedInOrder) &&
    removedInOrder.length === empty.size &&
    new Set(removedInOrder).size === empty.size &&
    removedInOrder.every((bucket) => empty.has(bucket))
  if (!fits)
    throw hashingErrors.BAD_SNAPSHOT({
      reason: 'its format, version or buckets are none, or the buckets without a node are not those that were removed',
    })
}
