import type { Key } from '@ringkeeper/core'
import { checkInteger } from './check.ts'
import { checksumOf } from './checksum.ts'
import { murmur3Signed, murmurFinal } from './hash/murmur3.ts'
import type { NodeInput } from './nodes.ts'
import { SetRouter } from './set-router.ts'

/** How a {@link Rendezvous} is made. */
export interface RendezvousOptions {
  /** Another seed gives another, unrelated placement; an unsigned 32-bit number, 0 by default. */
  readonly seed?: number | undefined
  /** The version to start at, 0 by default. */
  readonly version?: number | undefined
}

/** Nodes of one weight, which compare by their hashes alone; `[from, to)` of the seeds. */
interface WeightClass {
  readonly weight: number
  readonly from: number
  readonly to: number
}

const NODE_SEED = 0x7e3d_c0de

/**
 * Rendezvous hashing (highest random weight): every node draws a number for a key, and the largest one wins. Shares
 * follow the weights exactly, and a change moves no key between other nodes. It asks every node, so choose it for up to
 * about a hundred nodes, or where the best balance or an exact list of replicas matters more than speed.
 *
 * With weights the draw is `-ln(u) / weight` and the smallest wins. Nodes of one weight are compared by `u` alone, so a
 * key costs one logarithm for each distinct weight, not for each node.
 *
 * An immutable snapshot that depends on the set of nodes alone.
 *
 * @example
 * ```ts
 * const nodes = new Rendezvous(['a', 'b', { id: 'c', weight: 2 }])
 * nodes.get('user:42')
 * nodes.getN('user:42', 3) // in order of preference
 * ```
 * @see D. Thaler and C. Ravishankar, Using Name-Based Mappings to Increase Hit Rates, 1998
 */
export class Rendezvous extends SetRouter<Rendezvous> {
  readonly checksum: number
  readonly #seed: number
  readonly #classes: readonly WeightClass[]
  /** What makes each node's draw its own; nodes of one weight stand together, each class ordered by id. */
  readonly #seeds: Int32Array
  /** For each seed the index of its node. */
  readonly #owners: Uint32Array

  constructor(nodes: Iterable<NodeInput> = [], { seed = 0, version = 0 }: RendezvousOptions = {}) {
    super(nodes, version)
    checkInteger('seed', seed, 0, 0xffff_ffff)
    checkInteger('version', version, 0, Number.MAX_SAFE_INTEGER)
    const live = this.live
    const order = live.map((_, node) => node).sort((a, b) => live[a]!.weight - live[b]!.weight || a - b)
    this.#seed = seed
    this.#owners = Uint32Array.from(order)
    this.#seeds = Int32Array.from(order, (node) => murmur3Signed(live[node]!.id, seed ^ NODE_SEED))
    this.#classes = classesOf(order.map((node) => live[node]!.weight))
    this.checksum = checksumOf(['rendezvous', seed, ...live.flatMap(({ id, weight }) => [id, weight])])
  }

  protected override made(nodes: readonly NodeInput[], version: number): Rendezvous {
    return new Rendezvous(nodes, { seed: this.#seed, version })
  }

  /** The owner of `key`; `undefined` when no node is left. */
  override get(key: Key): string | undefined {
    const hash = murmur3Signed(key, this.#seed)
    const classes = this.#classes
    if (classes.length === 0) return undefined
    let winner = this.#bestOf(hash, classes[0]!)
    for (let i = 1, least = this.#scoreOf(hash, winner, classes[0]!); i < classes.length; i++) {
      const best = this.#bestOf(hash, classes[i]!)
      const score = this.#scoreOf(hash, best, classes[i]!)
      if (score < least || (score === least && this.#owners[best]! < this.#owners[winner]!)) {
        winner = best
        least = score
      }
    }
    return this.ids[this.#owners[winner]!]
  }

  /** Up to `count` distinct nodes in order of preference, the owner first. */
  override getN(key: Key, count: number): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const hash = murmur3Signed(key, this.#seed)
    const scores = new Float64Array(this.nodes.length)
    for (const weightClass of this.#classes) {
      for (let i = weightClass.from; i < weightClass.to; i++) {
        scores[this.#owners[i]!] = this.#scoreOf(hash, i, weightClass)
      }
    }
    const order = Array.from(scores, (_, node) => node).sort((a, b) => scores[a]! - scores[b]! || a - b)
    return order.slice(0, count).map((node) => this.nodes[node]!)
  }

  #bestOf(hash: number, { from, to }: WeightClass): number {
    const seeds = this.#seeds
    let best = from
    let largest = murmurFinal(hash ^ seeds[from]!) >>> 0
    for (let i = from + 1; i < to; i++) {
      const draw = murmurFinal(hash ^ seeds[i]!) >>> 0
      if (draw > largest) {
        largest = draw
        best = i
      }
    }
    return best
  }

  #scoreOf(hash: number, i: number, { weight }: WeightClass): number {
    // Half a step up, so that u lies between 0 and 1 and neither is reached.
    return -Math.log(((murmurFinal(hash ^ this.#seeds[i]!) >>> 0) + 0.5) / 0x1_0000_0000) / weight
  }
}

function classesOf(weights: readonly number[]): WeightClass[] {
  const classes: WeightClass[] = []
  for (let from = 0, to = 1; from < weights.length; from = to, to++) {
    while (to < weights.length && weights[to] === weights[from]) to++
    classes.push({ weight: weights[from]!, from, to })
  }
  return classes
}
