/**
 * - `lost`: a position is kept beyond a record that has not left, or a record never leaves
 * - `two owners`: somebody writes, or is given a lease, who is not the newest owner
 * - `order`: records of a key arrive out of order
 * - `duplicates`: a record comes again that nothing allows to come again
 * - `paused`: a shard stops on a worker to which nothing happened and which was to keep it
 * - `unowned`: a shard is left without a worker
 * - `left behind`: something of a worker that has left is still there
 * - `failed`: a worker gives up, hangs, or does not come to an end
 */
export type ViolationKind =
  | 'lost'
  | 'two owners'
  | 'order'
  | 'duplicates'
  | 'paused'
  | 'unowned'
  | 'left behind'
  | 'failed'

/** A broken promise. */
export interface Violation {
  readonly kind: ViolationKind
  readonly what: string
}

/** Keeps the first promise that was broken, and a trace of what happened where one is wanted. */
export class Verdict {
  readonly #now: () => number
  readonly #say: ((line: string) => void) | undefined
  #violation: Violation | undefined

  /** @param say - is given the trace. */
  constructor(now: () => number, say?: (line: string) => void) {
    this.#now = now
    this.#say = say
  }

  /** The first broken promise. */
  get violation(): Violation | undefined {
    return this.#violation
  }

  get isTraced(): boolean {
    return this.#say !== undefined
  }

  break(kind: ViolationKind, what: string): void {
    this.trace(() => `!!! ${kind}: ${what}`)
    this.#violation ??= { kind, what }
  }

  /** Costs nothing where no trace is wanted. */
  trace(line: () => string): void {
    this.#say?.(`${this.#now().toFixed(1).padStart(9)}  ${line()}`)
  }
}
