import { deferred, errorFields, messageOf, type Deferred, type Ports } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { backoffDelay } from './backoff.ts'
import type { Delivery, Lane } from './delivery.ts'
import { DeliveryQueue, type WriteLimits } from './delivery-queue.ts'
import { sortOutcome, type GivenUp, type SortedOutcome, type WriteOutcome } from './sort-outcome.ts'
import { newTargetCounters, type TargetCounters, type TargetStatus } from './target-status.ts'
import type { TargetSpec } from './target-spec.ts'

/** How often a target looks whether leases that were too short have been renewed, in milliseconds. */
const LEASE_CHECK_INTERVAL = 25

/** Takes over records that are given up. */
export interface DeadLetterTaker {
  readonly accept: (delivery: Delivery, errorOf: (index: number) => unknown) => void
}

/** What targets of one worker share. */
export interface TargetContext {
  readonly ports: Ports
  /** The longest a write may take, in milliseconds. */
  readonly writeTimeout: number
  readonly limits: WriteLimits
  /** Absent for the dead-letter target itself, and where none is configured. */
  readonly deadLetters: DeadLetterTaker | undefined
}

/** A write that has not settled. */
interface Flight {
  readonly group: readonly Delivery[]
  readonly controller: AbortController
  readonly settled: Deferred<void>
  /** Whether the runtime itself cut it off. */
  wasCut: boolean
}

/**
 * One sink and what waits for it, of all shards of the worker. One write at a time takes everything that waits, so the
 * order per key holds and a slow sink gets large writes.
 */
export class Target {
  readonly name: string
  readonly counters: TargetCounters = newTargetCounters()
  readonly #context: TargetContext
  readonly #queue = new DeliveryQueue()
  /** Lanes whose deliveries are being taken out. */
  readonly #withdrawing = new Set<Lane>()
  #spec: TargetSpec
  #flight: Flight | undefined
  #cancelPause: (() => void) | undefined
  #cancelLeaseCheck: (() => void) | undefined
  #failuresInRow = 0
  /** Whether the log says that writes fail. */
  #isTold = false
  #isPumpDue = false
  #isDisposed = false

  constructor(spec: TargetSpec, context: TargetContext) {
    this.name = spec.name
    this.#spec = spec
    this.#context = context
  }

  get spec(): TargetSpec {
    return this.#spec
  }

  /** Takes another weight or error policy; the sink stays. */
  reconfigure(spec: TargetSpec): void {
    this.#spec = spec
  }

  /** Whether the sink rejected the newest write as a whole. */
  get isDown(): boolean {
    return this.#failuresInRow > 0 && this.counters.lastWriteRejected
  }

  get status(): TargetStatus {
    const { lastWriteRejected: _, ...counters } = this.counters
    return { name: this.name, weight: this.#spec.weight, isDown: this.isDown, queued: this.#queue.records, ...counters }
  }

  enqueue(delivery: Delivery): void {
    if (delivery.lane.isClosed) return
    this.#queue.push(delivery)
    this.#pumpSoon()
  }

  /**
   * Takes out everything of a lane, cutting off a write that contains some of it, once that write has settled. Others'
   * records in that write go on as before.
   *
   * @param keep - is given what was not written, in order, and returns what stays here. It runs at once before anything
   * else can be written.
   */
  async withdraw(lane: Lane, keep: (unwritten: readonly Delivery[]) => readonly Delivery[] = () => []): Promise<void> {
    this.#withdrawing.add(lane)
    const flight = this.#flight
    if (flight?.group.some((delivery) => delivery.lane === lane)) {
      flight.wasCut = true
      flight.controller.abort(streamingErrors.WRITE_CUT({ target: this.name }))
      // A fenced sink refuses what comes too late: its shard need not wait for it to be gone.
      if (!lane.isClosed || !this.#spec.capabilities.fenced) await flight.settled.promise
    }
    this.#withdrawing.delete(lane)
    this.#queue.putBack(keep(this.#queue.extract(lane)))
    if (!this.#queue.hasRetries) this.#endPause()
    this.#pumpSoon()
  }

  /** Lets the write under way settle, and disposes of the sink. What waits stays unwritten. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return
    this.#isDisposed = true
    this.#endPause()
    this.#cancelLeaseCheck?.()
    await this.#flight?.settled.promise
    await this.#spec.sink[Symbol.asyncDispose]()
  }

  /** Not at once: what else is routed in this turn goes into the same write. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return
    this.#isPumpDue = true
    queueMicrotask(() => {
      this.#isPumpDue = false
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#flight || this.#cancelPause || this.#isDisposed || this.#queue.isEmpty) return
    const { writeTimeout, limits } = this.#context
    const group = this.#queue.take(limits, (lane) => !this.#withdrawing.has(lane) && lane.canWrite(writeTimeout))
    if (group.length > 0) void this.#write(group)
    else this.#checkLeasesLater()
  }

  async #write(group: readonly Delivery[]): Promise<void> {
    const { ports, writeTimeout: timeout } = this.#context
    if (this.#spec.capabilities.retainsBytes !== false) for (const delivery of group) delivery.retain()
    const controller = new AbortController()
    const flight: Flight = { group, controller, settled: deferred(), wasCut: false }
    this.#flight = flight
    const cancelTimeout = ports.timers.set(timeout, () =>
      controller.abort(streamingErrors.WRITE_TIMEOUT({ target: this.name, timeout })),
    )
    let outcome: WriteOutcome
    try {
      outcome = { failures: (await this.#spec.sink.write(group, { signal: controller.signal, timeout })) ?? [] }
    } catch (error) {
      outcome = { rejected: error }
    }
    cancelTimeout()
    this.#flight = undefined
    this.#settle(group, outcome, flight.wasCut)
    flight.settled.resolve()
    this.#pumpSoon()
  }

  #settle(group: readonly Delivery[], outcome: WriteOutcome, wasCut: boolean): void {
    const { counters } = this
    const sorted = sortOutcome(this.name, group, outcome, this.#spec.onError, wasCut)
    counters.writes += 1
    this.#count(sorted, outcome)
    this.#queue.retry(sorted.retry.filter(({ lane }) => !lane.isClosed))
    for (const givenUp of sorted.givenUp) this.#giveUp(givenUp)
    for (const delivery of sorted.written) delivery.done()
    if (sorted.error === undefined) this.#succeeded()
    else if (!wasCut) this.#failed(sorted)
  }

  #count(sorted: SortedOutcome, outcome: WriteOutcome): void {
    const { counters } = this
    counters.lastWriteRejected = 'rejected' in outcome
    counters.records += sorted.acknowledged
    counters.bytes += sorted.bytes
    for (const { lane, length } of sorted.retry) {
      counters.retries += length
      lane.counts.retries += length
    }
  }

  #succeeded(): void {
    this.#failuresInRow = 0
    if (!this.#isTold) return
    this.#isTold = false
    this.#context.ports.logger.info('a target takes records again', { target: this.name })
  }

  #failed({ error, acknowledged, retry }: SortedOutcome): void {
    const { ports } = this.#context
    this.counters.failures += 1
    this.counters.lastError = messageOf(error)
    // Progress begins a new row: the pause is short again.
    this.#failuresInRow = acknowledged > 0 ? 1 : this.#failuresInRow + 1
    if (retry.length === 0) return
    const delay = backoffDelay(this.#spec.onError.retry, this.#failuresInRow, ports.random)
    this.#isTold = true
    ports.logger.warn('a write failed and is tried again', {
      target: this.name,
      failures: this.#failuresInRow,
      pause: `${Math.round(delay)} ms`,
      ...errorFields(error),
    })
    this.#cancelPause = ports.timers.set(delay, () => {
      this.#endPause()
      this.#pump()
    })
  }

  #giveUp({ delivery, errorOf }: GivenUp): void {
    const { deadLetters } = this.#context
    if (this.#spec.onError.then === 'drop') {
      this.counters.dropped += delivery.length
      delivery.lane.counts.dropped += delivery.length
      return delivery.done()
    }
    if (deadLetters) {
      this.counters.deadLetters += delivery.length
      return deadLetters.accept(delivery, errorOf)
    }
    const { topic, offsets } = delivery.batch
    const offset = offsets[delivery.selection.indices[delivery.selection.start] as number] as number
    const cause = errorOf(delivery.selection.indices[delivery.selection.start] as number)
    delivery.lane.fail(streamingErrors.NO_DEAD_LETTERS({ target: this.name, topic, offset }, { cause }))
  }

  #endPause(): void {
    this.#cancelPause?.()
    this.#cancelPause = undefined
  }

  #checkLeasesLater(): void {
    this.#cancelLeaseCheck ??= this.#context.ports.timers.set(LEASE_CHECK_INTERVAL, () => {
      this.#cancelLeaseCheck = undefined
      this.#pump()
    })
  }
}
