import type { Key } from '@ringkeeper/core'
import { checkedOptions, checkInteger } from './check.ts'
import { checksumOf } from './checksum.ts'
import { murmur3Signed, murmurFinal } from './hash/murmur3.ts'
import type { Node, NodeInput } from './nodes.ts'
import { liveOf, SetRouter } from './set-router.ts'

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
const TWIN_SEED = 0x1b56_c4e9

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
  readonly #live: readonly Node[]
  /** The ids once more: reading a frozen array costs look-ups more. */
  readonly #ids: readonly string[]
  /** What makes each node's draw its own; nodes of one weight stand together, each class ordered by id. */
  readonly #seeds: Int32Array
  /** For each seed the index of its node. */
  readonly #owners: Uint32Array
  /** Whether there are twins: nodes whose seeds are equal, so that they always draw alike. One in 2^32 pairs is. */
  readonly #hasTwins: boolean

  constructor(nodes: Iterable<NodeInput> = [], options: RendezvousOptions = {}) {
    const { seed = 0, version = 0 } = checkedOptions(options, ['seed', 'version'])
    super(nodes, version)
    checkInteger('seed', seed, 0, 0xffff_ffff)
    const live = liveOf(this.members)
    const seeds = live.map(({ id }) => murmur3Signed(id, seed ^ NODE_SEED))
    const weights = drawnWeights(live, seeds)
    const order = live.map((_, node) => node).sort((a, b) => weights[a]! - weights[b]! || a - b)
    this.#seed = seed
    this.#live = live
    this.#ids = live.map(({ id }) => id)
    this.#owners = Uint32Array.from(order)
    this.#seeds = Int32Array.from(order, (node) => seeds[node]!)
    this.#classes = classesOf(order.map((node) => weights[node]!))
    this.#hasTwins = new Set(seeds).size < seeds.length
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
    return this.#ids[this.#owners[this.#hasTwins ? this.#bestTwin(hash, winner) : winner]!]
  }

  /** Up to `count` distinct nodes in order of preference, the owner first. */
  override getN(key: Key, count: number): string[] {
    checkInteger('count', count, 0, 0x7fff_ffff)
    const hash = murmur3Signed(key, this.#seed)
    const scores = new Float64Array(this.nodes.length)
    for (const weightClass of this.#classes) {
      for (let i = weightClass.from; i < weightClass.to; i++) {
        scores[i] = this.#scoreOf(hash, i, weightClass)
      }
    }
    const order = Array.from(scores, (_, i) => i).sort(
      (a, b) => scores[a]! - scores[b]! || this.#compareEqual(hash, a, b),
    )
    return order.slice(0, count).map((i) => this.#ids[this.#owners[i]!]!)
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
    return scoreOf(murmurFinal(hash ^ this.#seeds[i]!), weight)
  }

  /** The twin of `winner`, the first of them, that owns the key. */
  #bestTwin(hash: number, winner: number): number {
    let best = winner
    for (let i = winner + 1; i < this.#seeds.length; i++) {
      if (this.#seeds[i] === this.#seeds[winner] && this.#compareEqual(hash, i, best) < 0) best = i
    }
    return best
  }

  /** Which of two nodes comes first whose scores are equal: twins draw once more, otherwise it was chance. */
  #compareEqual(hash: number, a: number, b: number): number {
    const isTwin = this.#seeds[a] === this.#seeds[b]
    const drawn = isTwin ? this.#twinScoreOf(hash, a) - this.#twinScoreOf(hash, b) : 0
    return drawn || this.#owners[a]! - this.#owners[b]!
  }

  #twinScoreOf(hash: number, i: number): number {
    const { id, weight } = this.#live[this.#owners[i]!]!
    return scoreOf(murmurFinal(hash ^ murmur3Signed(id, this.#seed ^ TWIN_SEED)), weight)
  }
}

function scoreOf(draw: number, weight: number): number {
  // Half a step up, so that u lies between 0 and 1 and neither is reached.
  return -Math.log(((draw >>> 0) + 0.5) / 0x1_0000_0000) / weight
}

/**
 * The weights that nodes draw with: their own, but that of the heaviest for all whose seeds are equal. So one of them wins
 * whenever the heaviest would, and which one is drawn anew.
 */
function drawnWeights(nodes: readonly Node[], seeds: readonly number[]): number[] {
  const heaviest = new Map<number, number>()
  nodes.forEach(({ weight }, i) => heaviest.set(seeds[i]!, Math.max(weight, heaviest.get(seeds[i]!) ?? 0)))
  return seeds.map((seed) => heaviest.get(seed)!)
}

function classesOf(weights: readonly number[]): WeightClass[] {
  const classes: WeightClass[] = []
  for (let from = 0, to = 1; from < weights.length; from = to, to++) {
    while (to < weights.length && weights[to] === weights[from]) to++
    classes.push({ weight: weights[from]!, from, to })
  }
  return classes
}
