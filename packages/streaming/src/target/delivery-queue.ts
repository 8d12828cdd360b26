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
   * delivery. Lanes that may not write now keep their place, and hold up no others.
   */
  take(limits: WriteLimits, mayWrite: (lane: Lane) => boolean): Delivery[] {
    const [retried, retryLater] = split(this.#retry, limits, mayWrite)
    this.#retry = retryLater
    if (retried.length > 0) return retried
    const [taken, kept] = split(this.#waiting, limits, mayWrite)
    this.#waiting = kept
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

/** Cuts off what one write takes of some deliveries. */
function split(
  deliveries: readonly Delivery[],
  limits: WriteLimits,
  mayWrite: (lane: Lane) => boolean,
): readonly [taken: Delivery[], kept: Delivery[]] {
  const taken: Delivery[] = []
  const kept: Delivery[] = []
  let records = 0
  let bytes = 0
  let isFull = false
  for (const delivery of deliveries) {
    isFull ||= taken.length > 0 && (records + delivery.length > limits.records || bytes + delivery.bytes > limits.bytes)
    if (isFull || !mayWrite(delivery.lane)) {
      kept.push(delivery)
      continue
    }
    taken.push(delivery)
    records += delivery.length
    bytes += delivery.bytes
  }
  return [taken, kept]
}
