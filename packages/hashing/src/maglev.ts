import type { Key } from '@ringkeeper/core'
import { checkedOptions, checkInteger } from './check.ts'
import { checksumOf } from './checksum.ts'
import { hashingErrors } from './errors.ts'
import { murmur3Signed } from './hash/murmur3.ts'
import { xxh64, xxh64Halves } from './hash/xxh64.ts'
import type { Node, NodeInput } from './nodes.ts'
import { liveOf, SetRouter } from './set-router.ts'

/** How a {@link Maglev} is made. */
export interface MaglevOptions {
  /** How many entries the table has: a prime, 65537 by default. A larger one shares out better and moves fewer keys. */
  readonly size?: number | undefined
  /**
   * How keys become entries: `murmur3` (default) is fastest; `xxh64` picks the entry that Envoy picks for a hash policy
   * over this string.
   */
  readonly hash?: 'murmur3' | 'xxh64' | undefined
  /** The version to start at, 0 by default. */
  readonly version?: number | undefined
}

/**
 * Maglev: one table in which every node owns its share of entries; a look-up reads one of them. The fastest router and
 * a very even one. In return a change moves a few keys (less than one in a hundred) that it need not move.
 *
 * The table is exactly Envoy's for hosts of these names and weights. An immutable snapshot that depends on the set of
 * nodes alone.
 *
 * @example
 * ```ts
 * const nodes = new Maglev(['10.0.0.1:80', '10.0.0.2:80', { id: '10.0.0.3:80', weight: 2 }])
 * nodes.get('user:42')
 * ```
 * @see D. Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016
 */
export class Maglev extends SetRouter<Maglev> {
  readonly checksum: number
  readonly #table: Uint16Array | Uint32Array
  readonly #wide: boolean
  readonly #scale: number
  /** The ids once more: reading a frozen array costs look-ups more. */
  readonly #ids: readonly string[]

  /** @throws RK_HASHING_BAD_OPTION for a size that is no prime or smaller than the number of nodes */
  constructor(nodes: Iterable<NodeInput> = [], options: MaglevOptions = {}) {
    const { size = 65_537, hash = 'murmur3', version = 0 } = checkedOptions(options, ['size', 'hash', 'version'])
    super(nodes, version)
    checkSize(size, this.nodes.length)
    if (hash !== 'murmur3' && hash !== 'xxh64') {
      throw hashingErrors.BAD_OPTION({ option: 'hash', value: hash, expected: 'murmur3 or xxh64' })
    }
    this.#wide = hash === 'xxh64'
    this.#scale = size / 0x1_0000_0000
    const live = liveOf(this.members)
    this.#ids = live.map(({ id }) => id)
    this.#table = makeTable(live, size)
    this.checksum = checksumOf(['maglev', size, hash, ...live.flatMap(({ id, weight }) => [id, weight])])
  }

  protected override made(nodes: readonly NodeInput[], version: number): Maglev {
    return new Maglev(nodes, { size: this.#table.length, hash: this.#wide ? 'xxh64' : 'murmur3', version })
  }

  /** The owners of all entries, as indexes into `nodes`. */
  get table(): Uint16Array | Uint32Array {
    return this.#table.slice()
  }

  /** The owner of `key`; `undefined` when no node is left. */
  override get(key: Key): string | undefined {
    return this.#ids[this.#table[this.#entryOf(key)]!]
  }

  /** Up to `count` distinct nodes, the owner first: the next ones in the table. */
  override getN(key: Key, count: number): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const table = this.#table
    const wanted = Math.min(count, this.nodes.length)
    const found = new Set<number>()
    for (let i = this.#entryOf(key); found.size < wanted; i = i + 1 === table.length ? 0 : i + 1) found.add(table[i]!)
    return Array.from(found, (node) => this.nodes[node]!)
  }

  #entryOf(key: Key): number {
    if (!this.#wide) return ((murmur3Signed(key, 0) >>> 0) * this.#scale) >>> 0
    const size = this.#table.length
    const [low, high] = xxh64Halves(key)
    // 2^32 modulo a size below 2^23 times a remainder below it fits in a double.
    return (((high! >>> 0) % size) * (0x1_0000_0000 % size) + (low! >>> 0)) % size
  }
}

/** Every node has a permutation of all entries and takes the next free one in turn, as often as its weight says. */
function makeTable(nodes: readonly Node[], size: number): Uint16Array | Uint32Array {
  const table = nodes.length > 0xffff ? new Uint32Array(size) : new Uint16Array(size)
  if (nodes.length === 0) return table
  const total = nodes.reduce((sum, { weight }) => sum + weight, 0)
  const shares = nodes.map(({ weight }) => weight / total)
  const largest = shares.reduce((most, share) => Math.max(most, share), 0)
  const targets = new Float64Array(nodes.length)
  const next = Uint32Array.from(nodes, ({ id }) => Number(xxh64(id) % BigInt(size)))
  const skip = Uint32Array.from(nodes, ({ id }) => Number(xxh64(id, 1) % BigInt(size - 1)) + 1)
  const taken = new Uint8Array(size)
  for (let filled = 0, round = 1; ; round++) {
    for (let node = 0; node < nodes.length; node++) {
      if (round * shares[node]! < targets[node]!) continue
      targets[node]! += largest
      let entry = next[node]!
      while (taken[entry] === 1) entry = step(entry, skip[node]!, size)
      table[entry] = node
      taken[entry] = 1
      next[node] = step(entry, skip[node]!, size)
      if (++filled === size) return table
    }
  }
}

function step(entry: number, by: number, size: number): number {
  const next = entry + by
  return next >= size ? next - size : next
}

function checkSize(size: number, nodes: number): void {
  if (Number.isInteger(size) && size >= Math.max(2, nodes) && size <= 5_000_011 && isPrime(size)) return
  const expected = `a prime from the number of nodes, ${nodes}, to 5000011, such as 65537`
  throw hashingErrors.BAD_OPTION({ option: 'size', value: size, expected })
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return true
}
