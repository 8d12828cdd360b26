import type { Key, Router } from '@ringkeeper/core'
import { checkedOptions, checkInteger } from '../check.ts'
import { checksumOf } from '../checksum.ts'
import { hashingErrors } from '../errors.ts'
import { murmur3Signed, murmurFinal } from '../hash/murmur3.ts'
import { checkedIds } from '../nodes.ts'
import { jumpBackHalves } from './jump-back.ts'
import { jumpHalves } from './jump.ts'

type Place = (low: number, high: number, buckets: number) => number

// The upper half of a key's 64 bits is made of the lower one: 32 bits tell keys apart well enough to share them out.
const UPPER = 0x9e37_79b9

/** What `Jump` and `JumpBack` share: nodes that come and go at the end. */
export abstract class NumberedRouter<Self> implements Router<string> {
  /** The nodes in the order of their numbers. */
  readonly nodes: readonly string[]
  /** Grows by one with every change. */
  readonly version: number
  /**
   * Tells members of a cluster whether they place alike: equal for the same nodes in the same order; otherwise different,
   * but by chance. The version does not count. An unsigned 32-bit number.
   */
  readonly checksum: number
  readonly #place: Place
  /** The nodes once more: reading a frozen array costs look-ups more. */
  readonly #ids: readonly string[]

  /** @param name - which algorithm it is, for the checksum */
  protected constructor(name: string, place: Place, nodes: Iterable<string>, version: number) {
    this.#ids = checkedIds(nodes)
    this.nodes = Object.freeze([...this.#ids])
    checkInteger('version', version, 0, Number.MAX_SAFE_INTEGER)
    this.version = version
    this.#place = place
    this.checksum = checksumOf([name, ...this.nodes])
  }

  protected abstract made(nodes: readonly string[], version: number): Self

  /** The owner of `key`; `undefined` when there is no node. */
  get(key: Key): string | undefined {
    const count = this.#ids.length
    if (count === 0) return undefined
    const hash = murmur3Signed(key, 0)
    return this.#ids[this.#place(hash, murmurFinal(hash ^ UPPER), count)]
  }

  /** Up to `count` distinct nodes, the owner first. The others are drawn anew, so a change of nodes moves some of them. */
  getN(key: Key, count: number): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const wanted = Math.min(count, this.nodes.length)
    const found = new Set<string>()
    let hash = murmur3Signed(key, 0)
    // The last few of many would take long to be drawn by chance, so they follow in the order of their numbers; after as
    // many draws for any count, so that a shorter list is how a longer one begins.
    for (let draws = 4 * this.nodes.length; found.size < wanted && draws > 0; draws--) {
      found.add(this.nodes[this.#place(hash, murmurFinal(hash ^ UPPER), this.nodes.length)]!)
      hash = murmurFinal(hash + 1)
    }
    for (let i = 0; found.size < wanted; i++) found.add(this.nodes[i]!)
    return [...found]
  }

  /** With one node more, numbered after the others. */
  push(node: string): Self {
    return this.made([...this.nodes, node], this.version + 1)
  }

  /**
   * Without the node of the highest number. No other can leave: use `Memento` or `HashRing` where any node can.
   *
   * @throws RK_HASHING_UNKNOWN_NODE when there is none
   */
  pop(): Self {
    if (this.nodes.length === 0) throw hashingErrors.UNKNOWN_NODE({ node: '(the last one)', known: [] })
    return this.made(this.nodes.slice(0, -1), this.version + 1)
  }
}

/**
 * {@link jump} with names and any keys: numbered nodes that grow and shrink at the end only, evenly used, without state.
 * An immutable snapshot.
 *
 * @example
 * ```ts
 * const shards = new Jump(['shard-0', 'shard-1', 'shard-2'])
 * shards.get('user:42')
 * const four = shards.push('shard-3') // a quarter of the keys moves, all of them to shard-3
 * ```
 */
export class Jump extends NumberedRouter<Jump> {
  constructor(nodes: Iterable<string> = [], options: { readonly version?: number } = {}) {
    super('jump', jumpHalves, nodes, checkedOptions(options, ['version']).version ?? 0)
  }

  protected override made(nodes: readonly string[], version: number): Jump {
    return new Jump(nodes, { version })
  }
}

/**
 * Like {@link Jump}, by {@link jumpBack}: its cost does not grow with the number of nodes.
 *
 * @example
 * ```ts
 * const shards = new JumpBack(['shard-0', 'shard-1', 'shard-2'])
 * shards.get('user:42')
 * const two = shards.pop() // the keys of shard-2 go evenly to the others
 * ```
 */
export class JumpBack extends NumberedRouter<JumpBack> {
  constructor(nodes: Iterable<string> = [], options: { readonly version?: number } = {}) {
    super('jump-back', jumpBackHalves, nodes, checkedOptions(options, ['version']).version ?? 0)
  }

  protected override made(nodes: readonly string[], version: number): JumpBack {
    return new JumpBack(nodes, { version })
  }
}
