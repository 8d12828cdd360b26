import { aborted } from './deadline.ts'
import type { HeldLease } from './held-lease.ts'
import type { ShardRun } from './shard-lease.ts'

/** Why a run ends before it has reached what was waited for. */
export type RunEnd = { readonly kind: 'lost' } | { readonly kind: 'failed'; readonly error: unknown }

/** Waits for a run's next step, which its lease or the run itself can cut short at any moment. */
export class RunLife {
  readonly #lease: HeldLease
  readonly #end: Promise<RunEnd>
  /** Resolves when records flow, never rejects. */
  readonly opened: Promise<{ readonly kind: 'opened' }>

  constructor(run: ShardRun, lease: HeldLease) {
    this.#lease = lease
    const failed = (error: unknown): RunEnd => ({ kind: 'failed', error })
    const lost = aborted(lease.signal).then((): RunEnd => ({ kind: 'lost' }))
    this.#end = Promise.race([lost, run.failed.catch(failed), run.opened.then(() => lost, failed)])
    this.opened = new Promise((resolve) => {
      run.opened.then(
        () => resolve({ kind: 'opened' }),
        () => {},
      )
    })
  }

  /** The first of the steps, or the end. A step that rejects is a failure. */
  async first<T>(...steps: readonly Promise<T>[]): Promise<T | RunEnd> {
    const failed = (error: unknown): RunEnd => ({ kind: 'failed', error })
    const first = await Promise.race([...steps.map((step) => step.catch(failed)), this.#end])
    return (await this.#isLost(first)) ? { kind: 'lost' } : first
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

function isFailure(value: unknown): boolean {
  return (value as { kind?: unknown }).kind === 'failed'
}
