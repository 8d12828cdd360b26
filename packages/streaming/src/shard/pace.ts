import { deferred, sleep, type Deferred, type Ports } from '@ringkeeper/core'

/** How long batches may be processed before timers and sockets get a turn, in milliseconds. */
const SLICE = 5

/** Work that waits for a turn. */
interface Waiting {
  readonly size: number
  readonly work: () => void
  readonly done: Deferred<void>
}

/**
 * Gives the event loop a turn now and then. A source and a sink that never wait, both in memory, would otherwise keep
 * heartbeats and deadlines from firing, and a shard with a backlog would hold up all others of its worker.
 */
export class Pace {
  readonly #ports: Ports
  #since = 0
  /** Whether the turn of the event loop that the slice began in goes on. */
  #isTurn = false
  /** In the order in which they came. */
  readonly #waiting: Waiting[] = []

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Does some work: at once as long as the slice is not used up. Of what waits, each turn does the oldest first, so that
   * nothing waits for more turns than there are shards, and then small work before large: few records are those of a shard
   * that keeps up.
   *
   * @param size - how much work it is, by any measure.
   */
  run(size: number, work: () => void): Promise<void> {
    const waiting = { size, work, done: deferred() }
    this.#waiting.push(waiting)
    if (!this.#isTurn) this.#begin()
    this.#goOn()
    return waiting.done.promise
  }

  #begin(): void {
    this.#isTurn = true
    this.#since = this.#ports.clock.monotonic()
    void sleep(0, this.#ports.timers).then(() => {
      this.#isTurn = false
      if (this.#waiting.length === 0) return
      this.#begin()
      this.#do(0)
      this.#goOn()
    })
  }

  #goOn(): void {
    while (this.#waiting.length > 0 && this.#ports.clock.monotonic() - this.#since < SLICE) this.#do(this.#smallest())
  }

  #smallest(): number {
    let smallest = 0
    for (const [at, { size }] of this.#waiting.entries()) {
      if (size < (this.#waiting[smallest] as Waiting).size) smallest = at
    }
    return smallest
  }

  #do(at: number): void {
    const [{ work, done }] = this.#waiting.splice(at, 1) as [Waiting]
    try {
      work()
      done.resolve()
    } catch (error) {
      done.reject(error as Error)
    }
  }
}
