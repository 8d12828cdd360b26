import { HashRing } from '@ringkeeper/hashing'
import { streamingErrors } from '../errors.ts'
import type { Lane } from '../target/delivery.ts'
import { Target, type TargetContext } from '../target/target.ts'
import type { TargetSpec } from '../target/target-spec.ts'
import type { TargetStatus } from '../target/target-status.ts'
import { Assignment } from './assignment.ts'
import { RingLocator } from './locator.ts'
import { RouteKeys } from './route-keys.ts'
import { ShardRouter } from './shard-router.ts'

/** How records find their targets. */
export interface RouteOptions {
  /** `key`, or a path into the decoded value that begins with `value.`. */
  readonly key: string
  /** Points per unit of weight on the ring. */
  readonly points: number
  /** How long, in milliseconds, a ring change waits for an old target before it takes the records back. */
  readonly flipDeadline: number
  readonly targets: readonly TargetSpec[]
}

/** One state of the route: which targets there are and which keys they own. */
export interface RouteSnapshot {
  readonly locator: RingLocator
  /** The targets that take new records, by number: for records without a key. */
  readonly live: readonly number[]
  /** Numbers of targets that are not part of the route any more. */
  readonly removed: ReadonlySet<number>
}

/** The targets of a worker and the ring that shares the keys out to them. */
export class Route implements AsyncDisposable {
  readonly keys: RouteKeys
  readonly assignment: Assignment = new Assignment()
  readonly flipDeadline: number
  /** By number. A number is never used again, so that shards in the middle of a ring change can go by it. */
  readonly targets: Target[] = []
  readonly context: TargetContext
  readonly #points: number
  readonly #routers = new Set<ShardRouter>()
  #ring: HashRing
  #snapshot: RouteSnapshot

  constructor(options: RouteOptions, context: TargetContext) {
    this.keys = new RouteKeys(options.key)
    this.flipDeadline = options.flipDeadline
    this.context = context
    this.#points = options.points
    this.#ring = this.#ringOf(options.targets)
    this.#snapshot = this.#install(options.targets)
  }

  get snapshot(): RouteSnapshot {
    return this.#snapshot
  }

  get ring(): HashRing {
    return this.#ring
  }

  get status(): readonly TargetStatus[] {
    const { removed } = this.#snapshot
    return this.targets.filter((_, number) => !removed.has(number)).map((target) => target.status)
  }

  /** A shard's own way through the route. */
  open(lane: Lane): ShardRouter {
    const router = new ShardRouter(this, lane, () => this.#routers.delete(router))
    this.#routers.add(router)
    return router
  }

  /**
   * Goes over to other targets. A target is the same as before when both its name and its sink are; keys that stay are
   * not held up. Resolves when no shard uses a removed target any more, and those sinks are disposed of.
   */
  async change(specs: readonly TargetSpec[]): Promise<void> {
    const ring = this.#ringOf(specs)
    const before = this.#snapshot.removed
    this.#ring = ring
    this.#snapshot = this.#install(specs)
    const removed = [...this.#snapshot.removed].filter((number) => !before.has(number))
    await Promise.all([...this.#routers].map((router) => router.change(this.#snapshot)))
    // A newer change may have taken one back.
    const gone = removed.filter((number) => this.#snapshot.removed.has(number))
    await Promise.all(gone.map((number) => (this.targets[number] as Target)[Symbol.asyncDispose]()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.targets.map((target) => target[Symbol.asyncDispose]()))
  }

  #ringOf(specs: readonly TargetSpec[]): HashRing {
    const nodes = specs.map(({ name, weight }) => ({ id: name, weight }))
    const ring = new HashRing(nodes, { pointsPerWeight: this.#points })
    if (ring.nodes.length === 0) throw streamingErrors.NO_TARGETS({ targets: specs.map(({ name }) => name) })
    return ring
  }

  #install(specs: readonly TargetSpec[]): RouteSnapshot {
    const numbers = new Map<string, number>()
    for (const spec of specs) numbers.set(spec.name, this.#numberOf(spec))
    const used = new Set(numbers.values())
    const live = this.#ring.nodes.map((name) => numbers.get(name) as number)
    const removed = new Set([...this.targets.keys()].filter((number) => !used.has(number)))
    return { locator: new RingLocator(this.#ring, live), live, removed }
  }

  #numberOf(spec: TargetSpec): number {
    const known = this.targets.findIndex((target) => target.name === spec.name && target.spec.sink === spec.sink)
    if (known < 0) return this.targets.push(new Target(spec, this.context)) - 1
    this.targets[known]?.reconfigure(spec)
    return known
  }
}
