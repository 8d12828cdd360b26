import { aborted } from './deadline.ts'
import type { HeldLease } from './held-lease.ts'
import type { ShardRun } from './shard-lease.ts'

/** Why a run ends before it has reached what was waited for. */
export type RunEnd = { readonly kind: 'lost' } | { readonly kind: 'failed'; readonly error: unknown }

/** Waits for a run's next step, which its lease or the run itself can cut short at any moment. */
export class RunLife {
  readonly #lease: HeldLease
  readonly #lost: Promise<RunEnd>
  readonly #end: Promise<RunEnd>
  #failure: { readonly error: unknown } | undefined
  /** Resolves when records flow, never rejects. */
  readonly opened: Promise<{ readonly kind: 'opened' }>

  constructor(run: ShardRun, lease: HeldLease) {
    this.#lease = lease
    const lost = aborted(lease.signal).then((): RunEnd => ({ kind: 'lost' }))
    const runFailed = run.failed.catch((error: unknown) => {
      this.#failure = { error }
      return failed(error)
    })
    this.#lost = lost
    this.#end = Promise.race([lost, runFailed, run.opened.then(() => lost, failed)])
    this.opened = new Promise((resolve) => {
      run.opened.then(
        () => resolve({ kind: 'opened' }),
        () => {},
      )
    })
  }

  /** What the run has failed of; it may have reached its next step nevertheless. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure
  }

  /** The first of the steps, or the end. A step that rejects is a failure. */
  async first<T>(...steps: readonly Promise<T>[]): Promise<T | RunEnd> {
    return await this.#orLost(Promise.race([...steps.map((step) => step.catch(failed)), this.#end]))
  }

  /** A step that is taken even when the run fails meanwhile, or has failed. */
  async last<T>(step: Promise<T>): Promise<T | RunEnd> {
    return await this.#orLost(Promise.race([step.catch(failed), this.#lost]))
  }

  async #orLost<T>(step: Promise<T | RunEnd>): Promise<T | RunEnd> {
    const outcome = await step
    return (await this.#isLost(outcome)) ? { kind: 'lost' } : outcome
  }

  /**
   * A run whose lease is lost may fail of that before anybody was told: asking the lease reads the clock. While the lease is
   * in doubt a failure may be the next owner's doing, so its end is waited for.
   */
  async #isLost<T>(first: T | RunEnd): Promise<boolean> {
    const lease = this.#lease
    if (isFailure(first) && !lease.isHeld()) await lease.whenHeld().catch(() => {})
    return !lease.isHeld() && lease.signal.aborted
  }
}

function failed(error: unknown): RunEnd {
  return { kind: 'failed', error }
}

function isFailure(value: unknown): boolean {
  return (value as { kind?: unknown }).kind === 'failed'
}
