import type { Router } from '@ringkeeper/core'
import { checkRouter } from './check.ts'
import { hashingErrors } from './errors.ts'

/** A registered key that has another node now. */
export interface KeyMove {
  readonly key: string
  /** The node before; absent when there was none. */
  readonly from: string | undefined
  /** The node now; absent when none is left. */
  readonly to: string | undefined
}

/**
 * Keeps track of keys and the nodes that serve them: register a key to learn its node, and learn which keys move when a
 * node fails, recovers, joins or leaves. Works over any router. Mutable.
 *
 * @example
 * ```ts
 * const registry = new KeyRegistry(new HashRing(['a', 'b', 'c']))
 * registry.register('session:0') // 'a'
 * registry.fail('a') // [{ key: 'session:0', from: 'a', to: 'b' }]
 * registry.recover('a') // [{ key: 'session:0', from: 'b', to: 'a' }]
 * registry.deregister('session:0') // true
 * ```
 */
export class KeyRegistry {
  readonly #nodeOf = new Map<string, string | undefined>()
  readonly #failed = new Set<string>()
  #router: Router<string>

  /** @throws RK_HASHING_BAD_OPTION for what is no router */
  constructor(router: Router<string>) {
    checkRouter(router)
    this.#router = router
  }

  /** The router in use; see {@link KeyRegistry.reroute}. */
  get router(): Router<string> {
    return this.#router
  }

  /** How many keys are registered. */
  get size(): number {
    return this.#nodeOf.size
  }

  /** The nodes that are taken to be down. */
  get failed(): ReadonlySet<string> {
    return this.#failed
  }

  /** Registers a key and says which node serves it; `undefined` when every node is down. */
  register(key: string): string | undefined {
    const node = this.#live(key)
    this.#nodeOf.set(key, node)
    return node
  }

  /** Forgets a key and says whether it was registered. */
  deregister(key: string): boolean {
    return this.#nodeOf.delete(key)
  }

  /** The node that serves a registered key; `undefined` for others. */
  nodeOf(key: string): string | undefined {
    return this.#nodeOf.get(key)
  }

  /** The registered keys that a node serves. */
  keysOf(node: string): string[] {
    return [...this.#nodeOf].filter(([, owner]) => owner === node).map(([key]) => key)
  }

  /**
   * Takes a node to be down: its keys fail over to the next node in their order of preference.
   *
   * @throws RK_HASHING_UNKNOWN_NODE where the router does not know it
   */
  fail(node: string): KeyMove[] {
    const known = this.#router.nodes
    if (!known.includes(node)) throw hashingErrors.UNKNOWN_NODE({ node, known })
    this.#failed.add(node)
    return this.#moves()
  }

  /** Takes a node to be up again: its keys return to it. */
  recover(node: string): KeyMove[] {
    this.#failed.delete(node)
    return this.#moves()
  }

  /** Uses another router, such as the next snapshot of a ring; nodes that it does not know are no longer failed. */
  reroute(router: Router<string>): KeyMove[] {
    checkRouter(router)
    this.#router = router
    for (const node of this.#failed) if (!router.nodes.includes(node)) this.#failed.delete(node)
    return this.#moves()
  }

  #moves(): KeyMove[] {
    const moves: KeyMove[] = []
    for (const [key, from] of this.#nodeOf) {
      const to = this.#live(key)
      if (to === from) continue
      this.#nodeOf.set(key, to)
      moves.push({ key, from, to })
    }
    return moves
  }

  #live(key: string): string | undefined {
    if (this.#failed.size === 0) return this.#router.get(key)
    return this.#router.getN(key, this.#failed.size + 1).find((node) => !this.#failed.has(node))
  }
}
