import { deadLetterBatch } from './dead-letter.ts'
import type { Delivery, Lane } from './delivery.ts'
import { Target, type TargetContext } from './target.ts'
import { deadLettersName, type DeadLetterSpec } from './target-spec.ts'
import type { TargetStatus } from './target-status.ts'

/** Where records go that a codec cannot read or a target gives up: a sink like any other, with one line per record. */
export class DeadLetters implements AsyncDisposable {
  readonly #target: Target

  constructor(spec: DeadLetterSpec, context: Omit<TargetContext, 'deadLetters'>) {
    this.#target = new Target({ ...spec, name: deadLettersName, weight: 0 }, { ...context, deadLetters: undefined })
  }

  get status(): TargetStatus {
    return this.#target.status
  }

  /** Takes over the records of a delivery: their batch is done when the dead letters are acknowledged. */
  accept(delivery: Delivery, errorOf: (index: number) => unknown): void {
    const batch = deadLetterBatch(delivery, errorOf)
    delivery.lane.counts.deadLetters += delivery.length
    this.#target.enqueue(delivery.replacement(batch, batch.bytes.length))
    delivery.done()
  }

  /** Takes out everything of a lane, as {@link Target.withdraw} does. */
  withdraw(lane: Lane): Promise<void> {
    return this.#target.withdraw(lane)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#target[Symbol.asyncDispose]()
  }
}
