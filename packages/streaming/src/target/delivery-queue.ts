import type { Delivery, Lane } from './delivery.ts'

/** How much one write takes. */
export interface WriteLimits {
  readonly records: number
  readonly bytes: number
}

/** What waits for one target: first what has to be retried, then what was routed, both in order. */
export class DeliveryQueue {
  #retry: Delivery[] = []
  #waiting: Delivery[] = []

  get isEmpty(): boolean {
    return this.#retry.length === 0 && this.#waiting.length === 0
  }

  get hasRetries(): boolean {
    return this.#retry.length > 0
  }

  /** The number of records. */
  get records(): number {
    let records = 0
    for (const delivery of this.#retry) records += delivery.length
    for (const delivery of this.#waiting) records += delivery.length
    return records
  }

  push(delivery: Delivery): void {
    this.#waiting.push(delivery)
  }

  /** Puts back what was not written, before everything else. */
  retry(deliveries: readonly Delivery[]): void {
    this.#retry = [...deliveries, ...this.#retry]
  }

  /** Puts back what was taken without a failure, before what was routed later. */
  putBack(deliveries: readonly Delivery[]): void {
    this.#waiting = [...deliveries, ...this.#waiting]
  }

  /**
   * Takes the next write: retries alone as long as there are any, else everything up to the limits, at least one
   * delivery. Lanes that may not write now keep their place.
   */
  take(limits: WriteLimits, mayWrite: (lane: Lane) => boolean): Delivery[] {
    const taken: Delivery[] = []
    const from = this.#retry.length > 0 ? this.#retry : this.#waiting
    const kept: Delivery[] = []
    const verdicts = new Map<Lane, boolean>()
    let records = 0
    let bytes = 0
    let isFull = false
    for (const delivery of from) {
      // One verdict per lane and write: a lease that is renewed half-way must not let later records pass earlier ones.
      let verdict = verdicts.get(delivery.lane)
      if (verdict === undefined) verdicts.set(delivery.lane, (verdict = mayWrite(delivery.lane)))
      isFull ||=
        taken.length > 0 && (records + delivery.length > limits.records || bytes + delivery.bytes > limits.bytes)
      if (isFull || !verdict) {
        kept.push(delivery)
        continue
      }
      taken.push(delivery)
      records += delivery.length
      bytes += delivery.bytes
    }
    if (from === this.#retry) this.#retry = kept
    else this.#waiting = kept
    return taken
  }

  /** Takes out everything of one lane, in order. */
  extract(lane: Lane): Delivery[] {
    const isOurs = (delivery: Delivery): boolean => delivery.lane === lane
    const extracted = [...this.#retry.filter(isOurs), ...this.#waiting.filter(isOurs)]
    if (extracted.length > 0) {
      this.#retry = this.#retry.filter((delivery) => !isOurs(delivery))
      this.#waiting = this.#waiting.filter((delivery) => !isOurs(delivery))
    }
    return extracted
  }
}
