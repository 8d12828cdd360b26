import type { Key, Router } from '@ringkeeper/core'
import { checkedOptions, checkRouter } from './check.ts'
import { hashingErrors } from './errors.ts'
import type { Node } from './nodes.ts'

/** A router that may know the weights of its nodes. */
export type WeightedRouter = Router<string> & { readonly members?: readonly Node[] }

/** How a {@link BoundedLoad} is made. */
export interface BoundedLoadOptions {
  /** How many times its fair share a node may carry: more than 1, 1.25 by default. Closer to 1 moves more keys. */
  readonly factor?: number | undefined
}

/** One unit of load, to be given back. */
export interface Assignment extends Disposable {
  /** The node that carries it. */
  readonly node: string
  /** Gives the load back; any further call does nothing. */
  readonly release: () => void
}

/**
 * Consistent hashing with bounded loads: keys go to their owner while it carries at most `factor` times its fair share
 * of all that is assigned now, and to the next node in their order of preference otherwise. Works over any router;
 * shares follow the weights where it has some.
 *
 * Mutable: it counts. Give every assignment back, with `release` or `using`.
 *
 * @example
 * ```ts
 * const loads = new BoundedLoad(new HashRing(['a', 'b', 'c']))
 * const assigned = loads.acquire('user:42')
 * try {
 *   await send(assigned?.node)
 * } finally {
 *   assigned?.release()
 * }
 * ```
 * @see V. Mirrokni et al., Consistent Hashing with Bounded Loads, 2018
 */
export class BoundedLoad {
  readonly #factor: number
  readonly #loads = new Map<string, number>()
  #router: WeightedRouter
  /** Each node's part of all weights. */
  #parts: ReadonlyMap<string, number>
  #total = 0

  /** @throws RK_HASHING_BAD_OPTION for a factor that is not more than 1, or what is no router */
  constructor(router: WeightedRouter, options: BoundedLoadOptions = {}) {
    const { factor = 1.25 } = checkedOptions(options, ['factor'])
    if (!(factor > 1 && Number.isFinite(factor))) {
      throw hashingErrors.BAD_OPTION({ option: 'factor', value: factor, expected: 'a number of more than 1' })
    }
    this.#factor = factor
    this.#parts = partsOf(router)
    this.#router = router
  }

  /** The router in use; setting another one keeps what is assigned. */
  get router(): WeightedRouter {
    return this.#router
  }

  set router(router: WeightedRouter) {
    this.#parts = partsOf(router)
    this.#router = router
  }

  /** How much is assigned in all. */
  get total(): number {
    return this.#total
  }

  /** How much is assigned to a node. */
  loadOf(node: string): number {
    return this.#loads.get(node) ?? 0
  }

  /** How much a node may carry now, if one unit more came. */
  capacityOf(node: string): number {
    const part = this.#parts.get(node) ?? 0
    // A little less is rounded up, as products are a little off: 1.1 * 100 * 0.1 must not become 12.
    return Math.ceil(this.#factor * (this.#total + 1) * part * (1 - 1e-12))
  }

  /** Assigns one unit of load for `key`; `undefined` when there is no node. */
  acquire(key: Key): Assignment | undefined {
    const node = this.#freeNode(key)
    if (node === undefined) return undefined
    this.#add(node, 1)
    let held = true
    const release = (): void => {
      if (held) this.#add(node, -1)
      held = false
    }
    return { node, release, [Symbol.dispose]: release }
  }

  #freeNode(key: Key): string | undefined {
    const owner = this.#router.get(key)
    if (owner === undefined || this.#isFree(owner)) return owner
    // Most keys find room soon, so the list of preferences is only made as long as needed.
    const nodes = this.#router.nodes.length
    for (let wanted = 4, seen = 1; seen < nodes; wanted *= 4) {
      const preferred = this.#router.getN(key, Math.min(wanted, nodes))
      for (; seen < preferred.length; seen++) if (this.#isFree(preferred[seen]!)) return preferred[seen]
      if (preferred.length < wanted) break
    }
    // Only loads of nodes that have left could fill all others; the owner takes it then.
    return owner
  }

  #isFree(node: string): boolean {
    return this.loadOf(node) < this.capacityOf(node)
  }

  #add(node: string, load: number): void {
    this.#total += load
    const next = this.loadOf(node) + load
    if (next === 0) this.#loads.delete(node)
    else this.#loads.set(node, next)
  }
}

function partsOf(router: WeightedRouter): ReadonlyMap<string, number> {
  checkRouter(router)
  const { nodes, members } = router
  const weights = new Map(members?.map(({ id, weight }) => [id, weight]))
  const total = nodes.reduce((sum, id) => sum + (weights.get(id) ?? 1), 0)
  return new Map(nodes.map((id) => [id, (weights.get(id) ?? 1) / total]))
}
