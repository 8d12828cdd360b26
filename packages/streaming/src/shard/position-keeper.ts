import {
  deferred,
  errorFields,
  messageOf,
  shardKey,
  type Deferred,
  type Ports,
  type PositionStore,
  type Trouble,
} from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import type { ShardLease } from '../fleet/shard-lease.ts'
import { writeCommitMark } from './commit-mark.ts'
import { timedCall } from './timed-call.ts'

/** Milliseconds in which shards that stop are gathered. */
const GATHER_TIME = 3
/** Milliseconds between two attempts to commit. */
const RETRY_PAUSE = 200
/** Milliseconds between two warnings that positions cannot be committed. */
const WARNING_PAUSE = 10_000
/** A position that does not move is committed again this often, because brokers forget old ones (milliseconds). */
const RECOMMIT_INTERVAL = 3_600_000

/** A shard whose position is kept. */
export interface KeptShard {
  readonly lease: ShardLease
  /** The end of the acknowledged prefix. */
  readonly position: number
  /** Whether a commit that may take `duration` milliseconds may start now. */
  canCommit: (duration: number) => boolean
}

/** How often and where positions are kept; all times in milliseconds. */
export interface PositionKeeperOptions {
  readonly ports: Ports
  /** Where positions are committed; in the shards' nodes alone when absent. */
  readonly store: PositionStore | undefined
  readonly commitInterval: number
  readonly mirrorInterval: number
  /** The longest a commit may take. */
  readonly timeout: number
  /** The longest that a commit without an answer may be on its way. */
  readonly latest: number
}

/** What the keeper knows of one shard. */
interface Entry {
  readonly shard: KeptShard
  committed: number | undefined
  committedAt: number
  mirrored: number | undefined
  /** Those who wait until a position is committed. */
  waiting: { readonly position: number; readonly done: Deferred<void> }[]
}

/** A position to commit. */
interface Due {
  readonly entry: Entry
  readonly position: number
}

/**
 * Commits the positions of all shards of a worker together, at intervals and on demand, and mirrors them to the shards'
 * nodes.
 */
export class PositionKeeper implements Disposable {
  readonly #options: PositionKeeperOptions
  readonly #entries = new Map<KeptShard, Entry>()
  readonly #cancelTimers = new Map<string, () => void>()
  #isFlushing = false
  #isFlushDue = false
  #failure: unknown
  /** When commits began to fail; meaningful only while they do. */
  #failingSince = 0
  #warnedAt = -Infinity
  #onHealthy: (() => void)[] = []

  constructor(options: PositionKeeperOptions) {
    this.#options = options
    this.#every(options.commitInterval, 'commit', () => this.#flushSoon())
    if (options.store) this.#every(options.mirrorInterval, 'mirror', () => this.#mirrorAll())
  }

  /** Why the newest commit failed; `undefined` when it did not. */
  get failure(): unknown {
    return this.#failure
  }

  /** The same, and since when. */
  get trouble(): Trouble | undefined {
    if (this.#failure === undefined) return undefined
    return { reason: messageOf(this.#failure), since: this.#failingSince }
  }

  /** What is committed for a shard. */
  committed(shard: KeptShard): number | undefined {
    return this.#entries.get(shard)?.committed
  }

  add(shard: KeptShard): void {
    this.#entries.set(shard, { shard, committed: undefined, committedAt: 0, mirrored: undefined, waiting: [] })
  }

  /** Forgets a shard; whoever waits for its commit is told that it was lost. */
  remove(shard: KeptShard): void {
    const entry = this.#entries.get(shard)
    this.#entries.delete(shard)
    if (this.#entries.size === 0) this.#recovered()
    for (const { done } of entry?.waiting ?? []) done.reject(lost(shard))
  }

  /** Resolves as soon as the newest commit has not failed, or when the signal aborts. */
  async healthy(signal: AbortSignal): Promise<void> {
    while (this.#failure !== undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake)
          resolve()
        }
        signal.addEventListener('abort', wake, { once: true })
        this.#onHealthy.push(wake)
      })
    }
  }

  /** Commits a shard's position now. Tries until it succeeds or the shard is removed. */
  commit(shard: KeptShard): Promise<void> {
    const done = this.#committed(shard)
    this.#flushSoon()
    return done
  }

  /**
   * Commits the position of a shard that has stopped, with those of others that stop at about the same time: they are given
   * back together then, and their next owners take them together, which costs each of them less than one after the other.
   */
  commitLast(shard: KeptShard): Promise<void> {
    this.#after(GATHER_TIME, 'gather', () => this.#flushSoon())
    return this.#committed(shard)
  }

  /** Commits a shard's position once more, whatever was committed: the store no longer has it. */
  recommit(shard: KeptShard): void {
    const entry = this.#entries.get(shard)
    if (entry) entry.committed = undefined
    this.#flushSoon()
  }

  [Symbol.dispose](): void {
    for (const cancel of this.#cancelTimers.values()) cancel()
    for (const shard of this.#entries.keys()) this.remove(shard)
  }

  #committed(shard: KeptShard): Promise<void> {
    const entry = this.#entries.get(shard)
    if (!entry) return Promise.reject(lost(shard))
    const done = deferred()
    entry.waiting.push({ position: shard.position, done })
    return done.promise
  }

  #after(delay: number, name: string, act: () => void): void {
    if (this.#cancelTimers.has(name)) return
    const cancel = this.#options.ports.timers.set(delay, () => {
      this.#cancelTimers.delete(name)
      act()
    })
    this.#cancelTimers.set(name, cancel)
  }

  #every(interval: number, name: string, act: () => void): void {
    this.#after(interval, name, () => {
      this.#every(interval, name, act)
      act()
    })
  }

  /** Not at once: shards that ask in the same turn share one commit. */
  #flushSoon(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    queueMicrotask(() => void this.#flush())
  }

  async #flush(): Promise<void> {
    if (this.#isFlushing) return
    this.#isFlushing = true
    while (this.#isFlushDue) {
      this.#isFlushDue = false
      const due = this.#due()
      if (due.length > 0) await this.#commitAll(due)
    }
    this.#isFlushing = false
  }

  /** Positions to commit, of shards whose lease is long enough. */
  #due(): Due[] {
    const { timeout, ports } = this.#options
    const now = ports.clock.monotonic()
    const due: Due[] = []
    for (const [shard, entry] of this.#entries) {
      const { position } = shard
      if (position === entry.committed && now - entry.committedAt < RECOMMIT_INTERVAL) settleWaiting(entry)
      else if (shard.canCommit(timeout)) due.push({ entry, position })
      else if (entry.waiting.length > 0) this.#retryLater()
    }
    return due
  }

  async #commitAll(due: readonly Due[]): Promise<void> {
    const { ports, store } = this.#options
    try {
      const done = store ? await this.#commitTo(store, due) : await this.#commitToNodes(due)
      const now = ports.clock.monotonic()
      for (const { entry, position } of done) {
        entry.committed = position
        entry.committedAt = now
        settleWaiting(entry)
      }
    } catch (error) {
      // All that it was of have ended meanwhile: whether commits work is not known.
      if (this.#entries.size === 0) return
      if (this.#failure === undefined) this.#failingSince = ports.clock.monotonic()
      this.#failure = error
      this.#warn(due.length, error)
      this.#recommitWhenSettled()
      return this.#retryLater()
    }
    this.#recovered()
  }

  /** Commits succeed, or nobody is left whose position could be committed. */
  #recovered(): void {
    this.#failure = undefined
    for (const wake of this.#onHealthy.splice(0)) wake()
  }

  /** Trouble may last: the first of it is told, and then it from time to time. */
  #warn(shards: number, error: unknown): void {
    const { clock, logger } = this.#options.ports
    const now = clock.monotonic()
    if (now < this.#warnedAt + WARNING_PAUSE) return
    this.#warnedAt = now
    logger.warn('positions could not be committed', { shards, ...errorFields(error) })
  }

  async #commitTo(store: PositionStore, due: readonly Due[]): Promise<readonly Due[]> {
    const { timeout, ports } = this.#options
    const commits = due.map(({ entry, position }) => {
      const { shard, fence } = entry.shard.lease
      return { shard, position, metadata: writeCommitMark(fence) }
    })
    // One that was given up and arrives after all may have overwritten a later one.
    const onLate = (): void => {
      for (const { entry } of due) entry.committed = undefined
      this.#flushSoon()
    }
    await timedCall((signal) => store.commit(commits, { signal }), timeout, ports.timers, onLate)
    return due
  }

  async #commitToNodes(due: readonly Due[]): Promise<readonly Due[]> {
    const outcomes = await Promise.all(due.map(({ entry, position }) => this.#mirror(entry, position)))
    if (due.some(({ entry }, index) => !outcomes[index] && entry.waiting.length > 0)) this.#retryLater()
    return due.filter((_, index) => outcomes[index])
  }

  #mirrorAll(): void {
    for (const [shard, entry] of this.#entries) {
      const isDue = shard.position !== entry.mirrored && shard.canCommit(this.#options.timeout)
      if (isDue) void this.#mirror(entry, shard.position)
    }
  }

  async #mirror(entry: Entry, position: number): Promise<boolean> {
    try {
      await entry.shard.lease.mirror(position)
      entry.mirrored = position
      return true
    } catch (error) {
      const { lease } = entry.shard
      const fields = { shard: shardKey(lease.shard), ...errorFields(error) }
      // Whose lease has ended need not write it: its next owner goes by what is committed.
      const { logger } = this.#options.ports
      if (lease.isHeld()) logger.warn('a position could not be mirrored', fields)
      else logger.debug('a position is not mirrored any more', fields)
      return false
    }
  }

  /** A commit without an answer may come after later ones and overwrite them, and nobody would hear of it. */
  #recommitWhenSettled(): void {
    this.#cancelTimers.get('recommit')?.()
    this.#cancelTimers.delete('recommit')
    this.#after(this.#options.latest, 'recommit', () => {
      for (const entry of this.#entries.values()) entry.committed = undefined
      this.#flushSoon()
    })
  }

  #retryLater(): void {
    this.#after(RETRY_PAUSE, 'retry', () => this.#flushSoon())
  }
}

function settleWaiting(entry: Entry): void {
  const { committed } = entry
  if (committed === undefined) return
  for (const { position, done } of entry.waiting) if (position <= committed) done.resolve()
  entry.waiting = entry.waiting.filter(({ position }) => position > committed)
}

function lost({ lease: { shard, fence } }: KeptShard): Error {
  return streamingErrors.SHARD_FENCED({ shard: shardKey(shard), token: fence.token.toString() })
}
