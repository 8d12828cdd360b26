import { deferred, RecordBatch, type Deferred, type RecordColumns } from '@ringkeeper/core'
import type { TrackedBatch } from '../shard/batch-tracker.ts'
import { Delivery, type Lane } from '../target/delivery.ts'
import { InFlightCount } from '../target/in-flight-count.ts'
import type { Target } from '../target/target.ts'
import { FlipLocator, SplitLocator, type Locator } from './locator.ts'
import type { Route, RouteSnapshot } from './route.ts'
import type { RecordErrors } from './route-keys.ts'
import { splitDelivery, type DeliveryPart } from './split-delivery.ts'
import { WaitingRooms } from './waiting-rooms.ts'

/** Adds a batch of so many bytes to the shard's tracker. */
export type Track = (batch: RecordBatch, bytes: number) => TrackedBatch
/** Takes records that cannot be routed. */
export type Reject = (delivery: Delivery, errors: RecordErrors) => void

/** A ring change that is under way for one shard. */
interface Change {
  /** Where keys were before. */
  readonly before: Locator
  /** Targets that records of moved keys wait to leave, each with the counts of what is under way to it. */
  readonly leaving: Map<number, Set<InFlightCount>>
  readonly done: Deferred<void>
  isOverdue: boolean
}

/**
 * Routes the batches of one shard, and carries it through ring changes: keys that stay go on; records of keys that move
 * wait until everything that was routed to the old target before is acknowledged, and then go to the new one.
 */
export class ShardRouter {
  readonly #route: Route
  readonly #lane: Lane
  readonly #onClose: () => void
  readonly #counts: InFlightCount[] = []
  readonly #rooms = new WaitingRooms()
  #snapshot: RouteSnapshot
  #locator: Locator
  #change: Change | undefined
  #cancelDeadline: (() => void) | undefined
  #turn = 0

  constructor(route: Route, lane: Lane, onClose: () => void) {
    this.#route = route
    this.#lane = lane
    this.#onClose = onClose
    this.#snapshot = route.snapshot
    this.#locator = route.snapshot.locator
  }

  /** Records that wait for a ring change. */
  get waiting(): number {
    return this.#rooms.records
  }

  /**
   * Sends every record of a batch on its way.
   *
   * @param reject - absent where nobody takes them: then only what stands before the first of them leaves, and its error is thrown.
   */
  dispatch(given: RecordBatch, malformed: RecordErrors | undefined, track: Track, reject?: Reject): void {
    const { keys, ring, assignment, targets } = this.#route
    const errors = keys.locate(given, ring, assignment, malformed)
    const end = reject || !errors ? given.length : firstKeyOf(errors)
    const batch = end < given.length ? firstOf(given, end) : given
    const rejected = targets.length * 2
    const indices = assignment.sort(batch, this.#locator, rejected + 1, { keyless: this.#nextLive(), rejected })
    let total = 0
    for (let bucket = 0; bucket <= rejected; bucket += 1) total += assignment.bytes[bucket] as number
    const tracked = track(batch, total)
    for (let bucket = 0, start = 0; bucket <= rejected; bucket += 1) {
      const count = assignment.counts[bucket] as number
      if (count === 0) continue
      const selection = { indices, start, end: start + count }
      start += count
      const bytes = assignment.bytes[bucket] as number
      const delivery = (to?: InFlightCount): Delivery => new Delivery(this.#lane, batch, selection, bytes, tracked, to)
      if (bucket < targets.length) (targets[bucket] as Target).enqueue(delivery(this.#countOf(bucket)))
      else if (bucket < rejected) this.#wait(bucket - targets.length, delivery())
      else reject?.(delivery(), errors as RecordErrors)
    }
    tracked.settle()
    if (end < given.length) throw errors?.get(end)
  }

  /** Goes over to a new state of the route; resolves when nothing waits for, or is under way by, an older one. */
  change(snapshot: RouteSnapshot): Promise<void> {
    const before = this.#change
    const change: Change = {
      before: before
        ? new SplitLocator(before.before, this.#snapshot.locator, new Set(before.leaving.keys()))
        : this.#snapshot.locator,
      leaving: before?.leaving ?? new Map<number, Set<InFlightCount>>(),
      done: deferred(),
      isOverdue: false,
    }
    this.#snapshot = snapshot
    this.#change = change
    for (const target of this.#route.targets.keys()) this.#retire(target, change)
    this.#updateLocator(change)
    this.#watchDeadline(change)
    // Those that had to leave and now stay must go before anything that is routed from now on.
    for (const target of change.leaving.keys()) this.#resort(target, change)
    this.#endIfDone(change)
    // The newest change answers for the older ones, whose records wait with its own.
    return before ? change.done.promise.then(() => before.done.resolve()) : change.done.promise
  }

  /** Nothing is routed any more, and what waits is forgotten. */
  close(): void {
    this.#cancelDeadline?.()
    this.#rooms.clear()
    this.#change?.done.resolve()
    this.#onClose()
  }

  #countOf(target: number): InFlightCount {
    return (this.#counts[target] ??= new InFlightCount())
  }

  #nextLive(): number {
    const { live } = this.#snapshot
    return live[this.#turn++ % live.length] as number
  }

  #wait(target: number, delivery: Delivery): void {
    this.#rooms.push(target, delivery)
    const change = this.#change
    // Later: the batch that this is a part of is not all on its way yet.
    if (change?.isOverdue) queueMicrotask(() => void this.#takeBack(target, change))
  }

  /** What is under way to a target now has to be acknowledged before its moved keys may leave. */
  #retire(target: number, change: Change): void {
    const count = this.#counts[target]
    if (!count || count.isZero) return
    this.#counts[target] = new InFlightCount()
    const counts = change.leaving.get(target) ?? new Set()
    change.leaving.set(target, counts.add(count))
    count.retire(() => {
      counts.delete(count)
      if (counts.size === 0 && this.#change?.leaving.get(target) === counts) this.#flip(target)
    })
  }

  /** The moved keys of a target go to their new ones. */
  #flip(target: number): void {
    const change = this.#change
    if (!change?.leaving.delete(target)) return
    this.#updateLocator(change)
    for (const delivery of this.#rooms.take(target)) this.#redirect(delivery)
    this.#endIfDone(change)
  }

  /** Does not wait for a target any longer: its unacknowledged records of moved keys come back, and its keys move. */
  async #takeBack(target: number, change: Change): Promise<void> {
    if (!change.leaving.has(target)) return
    await this.#route.targets[target]?.withdraw(this.#lane, (unwritten) => {
      if (this.#lane.isClosed) return []
      const stay: Delivery[] = []
      const leave: Delivery[] = []
      for (const delivery of unwritten) {
        for (const part of this.#split(delivery)) {
          if (part.target === target) stay.push(delivery.moved(part.selection, part.bytes, this.#countOf(target)))
          else leave.push(delivery.moved(part.selection, part.bytes))
        }
      }
      this.#rooms.putBack(target, leave)
      for (const delivery of unwritten) delivery.done()
      // What stays is counted anew: the flip does not wait for it.
      this.#flip(target)
      return stay
    })
  }

  /** Lets the records that wait to leave a target, and by a newer ring need not, go to it. */
  #resort(target: number, change: Change): void {
    const waiting = this.#rooms.take(target)
    for (const delivery of waiting) {
      for (const { target: to, selection, bytes } of this.#split(delivery)) {
        if (to === target) this.#route.targets[to]?.enqueue(delivery.moved(selection, bytes, this.#countOf(to)))
        else this.#rooms.push(target, delivery.moved(selection, bytes))
      }
      delivery.done()
    }
    if (this.#snapshot.removed.has(target) || this.#route.targets[target]?.isDown) void this.#takeBack(target, change)
  }

  #redirect(delivery: Delivery): void {
    for (const { target, selection, bytes } of this.#split(delivery)) {
      this.#route.targets[target]?.enqueue(delivery.moved(selection, bytes, this.#countOf(target)))
    }
    delivery.done()
  }

  /** The records of a delivery by where the newest ring sends them. */
  #split(delivery: Delivery): DeliveryPart[] {
    return splitDelivery(delivery, this.#route, this.#snapshot.locator, this.#nextLive())
  }

  #updateLocator(change: Change): void {
    const { locator } = this.#snapshot
    const waiting = new Set(change.leaving.keys())
    this.#locator =
      waiting.size === 0 ? locator : new FlipLocator(change.before, locator, waiting, this.#route.targets.length)
  }

  #watchDeadline(change: Change): void {
    this.#cancelDeadline?.()
    this.#cancelDeadline = this.#route.context.ports.timers.set(this.#route.flipDeadline, () => {
      change.isOverdue = true
      for (const target of this.#rooms.occupied()) void this.#takeBack(target, change)
    })
  }

  #endIfDone(change: Change): void {
    if (change.leaving.size > 0 || this.#change !== change) return
    this.#cancelDeadline?.()
    this.#change = undefined
    change.done.resolve()
  }
}

function firstKeyOf(errors: RecordErrors): number {
  let first = Infinity
  for (const index of errors.keys()) first = Math.min(first, index)
  return first
}

/** The first records of a batch; reading goes on with the one behind them. */
function firstOf(batch: RecordBatch, length: number): RecordBatch {
  const columns: RecordColumns = batch
  return new RecordBatch({ ...columns, length, nextOffset: batch.offsets[length] as number }, batch.decoded)
}
