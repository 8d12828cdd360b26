/** Memory that its owner can use again. */
export interface Releasable {
  readonly release: () => void
}

/** A batch on its way: how many of its selections are not finally acknowledged yet. */
export class TrackedBatch {
  readonly nextOffset: number
  readonly bytes: number
  readonly #tracker: BatchTracker
  #memory: Releasable | undefined
  #outstanding = 1

  constructor(tracker: BatchTracker, nextOffset: number, bytes: number, memory: Releasable | undefined) {
    this.#tracker = tracker
    this.nextOffset = nextOffset
    this.bytes = bytes
    this.#memory = memory
  }

  get isDone(): boolean {
    return this.#outstanding === 0
  }

  /** One more selection is on its way. */
  add(): void {
    this.#outstanding += 1
  }

  /** Somebody may still look at the records when they are acknowledged. */
  retain(): void {
    this.#memory = undefined
  }

  /** Gives the memory of the records back to their source, unless it is retained. */
  release(): void {
    this.#memory?.release()
    this.#memory = undefined
  }

  /** One selection is acknowledged, or dropped by an explicit policy. */
  settle(): void {
    this.#outstanding -= 1
    if (this.#outstanding === 0) this.#tracker.batchDone(this)
  }
}

/** What a {@link BatchTracker} tells its shard. */
export interface TrackerEvents {
  /** The position moved. */
  readonly advanced: () => void
  /** So many bytes are no longer in flight. */
  readonly released: (bytes: number) => void
}

/**
 * The batches of one shard in the order they were read. The position that may be committed is the end of the
 * acknowledged prefix: a batch that is done waits for all before it.
 */
export class BatchTracker {
  readonly #events: TrackerEvents
  #batches: TrackedBatch[] = []
  #head = 0
  #position: number
  #end: number
  #bytes = 0
  #onEmpty: (() => void)[] = []
  #isAbandoned = false

  constructor(position: number, events: TrackerEvents) {
    this.#position = position
    this.#end = position
    this.#events = events
  }

  /** The end of the acknowledged prefix. */
  get position(): number {
    return this.#position
  }

  /** The end of the newest batch. */
  get end(): number {
    return this.#end
  }

  /** The number of batches that are not part of the acknowledged prefix. */
  get length(): number {
    return this.#batches.length - this.#head
  }

  /** Bytes of the batches that are not done. */
  get bytes(): number {
    return this.#bytes
  }

  /** Adds the batch just read, with one selection outstanding: the caller's own, until all are on their way. */
  add(nextOffset: number, bytes: number, memory?: Releasable): TrackedBatch {
    const batch = new TrackedBatch(this, nextOffset, bytes, memory)
    this.#batches.push(batch)
    this.#end = nextOffset
    this.#bytes += bytes
    return batch
  }

  /** Resolves when all batches are acknowledged; at once if they are. */
  whenEmpty(): Promise<void> {
    if (this.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onEmpty.push(resolve))
  }

  /** Goes to another position, also back: only by the source's policy, and only when all batches are acknowledged. */
  moveTo(position: number): void {
    if (this.length > 0) throw new Error(`${this.length} batches are still on their way`)
    this.#position = position
    this.#end = position
    this.#events.advanced()
  }

  /** Nothing counts from now on: the position stays, and what was in flight is released. */
  abandon(): void {
    if (this.#isAbandoned) return
    this.#isAbandoned = true
    this.#events.released(this.#bytes)
    this.#bytes = 0
    this.#batches = []
    this.#head = 0
  }

  /** Called by a batch whose last selection settled. */
  batchDone(batch: TrackedBatch): void {
    // A sink that was cut off may still be at it: its memory is left to the garbage collector.
    if (this.#isAbandoned) return
    batch.release()
    this.#bytes -= batch.bytes
    this.#events.released(batch.bytes)
    if (batch !== this.#batches[this.#head]) return
    while (this.#batches[this.#head]?.isDone) {
      this.#position = (this.#batches[this.#head] as TrackedBatch).nextOffset
      this.#head += 1
    }
    this.#compact()
    this.#events.advanced()
    if (this.length === 0) for (const resolve of this.#onEmpty.splice(0)) resolve()
  }

  #compact(): void {
    if (this.#head < 64 && this.#head < this.#batches.length) return
    this.#batches = this.#batches.slice(this.#head)
    this.#head = 0
  }
}
