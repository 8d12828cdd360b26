import { errorFields, shardKey, type Ports, type Shard } from '@ringkeeper/core'
import { kafkaErrors } from '../errors.ts'
import { brokerError, type Lane } from '../cluster/broker-link.ts'
import type { KafkaClient } from '../cluster/kafka-client.ts'
import { isPassingTrouble, RETRY_PAUSE, warnOfRetry } from '../cluster/retry.ts'
import { Seldom } from '../cluster/seldom.ts'
import { Decompressors } from '../protocol/compression.ts'
import { ColumnPool } from '../protocol/record-columns.ts'
import { isPassing, KafkaCode } from '../protocol/error-codes.ts'
import { fetchRequest, type Fetched, type FetchedPartition } from '../protocol/fetch.ts'
import type { Feeder, PartitionReader } from './partition-reader.ts'
import type { SourceOptions } from './source-options.ts'
import type { TopicMap } from '../cluster/topic-map.ts'

/** The connection on which a broker may wait for new records, and the one that only takes what is there. */
const WAITING_LANE: Lane = 1
const QUICK_LANE: Lane = 0

/** What the fetcher is given. */
export interface FetcherOptions {
  readonly client: KafkaClient
  readonly topics: TopicMap
  readonly options: Pick<SourceOptions, 'maxBytes' | 'maxPartitionBytes' | 'maxWait' | 'fetchInterval' | 'checkCrcs'>
  readonly ports: Ports
  readonly signal: AbortSignal
  /** Says what becomes of a reader whose position its partition does not have; `undefined` to ask again. */
  readonly onOutOfRange: (reader: PartitionReader) => Promise<Error | undefined>
}

/**
 * Feeds all open readers. Readers that want records wait in one line; each broker has up to two fetches under way: one
 * that may wait for new records, and meanwhile one for readers that came later and whose partitions have more. So
 * no reader waits for another's long poll, and a broker answers while the last answer is processed. Readers at the end of their
 * partitions leave a broker alone between two fetches: otherwise each fetch would come back with the few records of
 * the last millisecond.
 */
export class Fetcher implements Feeder, AsyncDisposable {
  readonly codecs: Decompressors = new Decompressors()
  readonly columns: ColumnPool = new ColumnPool()
  readonly checkCrcs: boolean
  readonly #given: FetcherOptions
  readonly #open = new Set<PartitionReader>()
  /** In the order in which they began to want. */
  readonly #wanting = new Set<PartitionReader>()
  /** Readers that are part of a fetch, by the key of their shard. */
  readonly #fetching = new Map<string, PartitionReader>()
  readonly #busy = new Set<string>()
  /** Until when a broker is left alone by readers that have read all it had, in monotonic milliseconds. */
  readonly #restsUntil = new Map<number, number>()
  #cancelRest: (() => void) | undefined
  readonly #seldom: Seldom
  #isPumpDue = false
  #isLooking = false

  constructor(given: FetcherOptions) {
    this.#given = given
    this.checkCrcs = given.options.checkCrcs
    this.#seldom = new Seldom(given.ports.clock)
  }

  /** Connects to the broker that a shard will be read from. */
  async connect(shard: Shard): Promise<void> {
    const { client, topics } = this.#given
    const leader = topics.leader(shard)
    if (leader === undefined) return
    const link = await client.link(leader)
    await link.connect([WAITING_LANE, QUICK_LANE])
  }

  /** Begins to feed a reader. */
  add(reader: PartitionReader): void {
    this.#open.add(reader)
    this.want(reader)
  }

  want(reader: PartitionReader): void {
    if (reader.isOver) return
    this.#wanting.add(reader)
    this.pump()
  }

  closed(reader: PartitionReader): void {
    this.#open.delete(reader)
    this.#wanting.delete(reader)
  }

  /** Closes all readers. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancelRest?.()
    for (const reader of this.#open) await reader[Symbol.asyncDispose]()
  }

  /** Sends what can be sent, once the current turn of the event loop is over. */
  pump(): void {
    if (this.#isPumpDue || this.#given.signal.aborted) return
    this.#isPumpDue = true
    queueMicrotask(() => {
      this.#isPumpDue = false
      if (!this.#given.signal.aborted) this.#pump()
    })
  }

  #pump(): void {
    const waiting = new Map<number, PartitionReader[]>()
    // A partition has one reader in a fetch: its answer says only which partition it is of.
    const taken = new Set(this.#fetching.keys())
    for (const reader of this.#wanting) {
      const key = shardKey(reader.shard)
      const leader = this.#given.topics.leader(reader.shard)
      if (leader === undefined) this.#lookForLeader(key)
      if (leader === undefined || taken.has(key)) continue
      taken.add(key)
      const readers = waiting.get(leader)
      if (readers) readers.push(reader)
      else waiting.set(leader, [reader])
    }
    for (const [leader, readers] of waiting) {
      if (!this.#busy.has(`${leader}/${WAITING_LANE}`)) {
        if (!this.#rests(leader, readers)) void this.#fetch(leader, WAITING_LANE, readers)
      } else if (!this.#busy.has(`${leader}/${QUICK_LANE}`)) {
        const behind = readers.filter((reader) => !reader.isAtEnd)
        if (behind.length > 0) void this.#fetch(leader, QUICK_LANE, behind)
      }
    }
  }

  /** Whether nobody needs the broker before its rest is over, at which it is looked at again. */
  #rests(leader: number, readers: readonly PartitionReader[]): boolean {
    const { clock, timers } = this.#given.ports
    const rest = (this.#restsUntil.get(leader) ?? 0) - clock.monotonic()
    if (rest <= 0 || readers.some((reader) => !reader.isAtEnd)) return false
    this.#cancelRest ??= timers.set(rest, () => {
      this.#cancelRest = undefined
      this.pump()
    })
    return true
  }

  /** A partition may be newer than what is known, or without a leader for the moment. */
  #lookForLeader(shard: string): void {
    if (this.#isLooking) return
    this.#isLooking = true
    this.#warnOfRetry(new Error(`${shard} has no leader`))
    void this.#pause(this.#given.topics.refresh()).then(() => {
      this.#isLooking = false
      this.pump()
    })
  }

  async #fetch(leader: number, lane: Lane, readers: readonly PartitionReader[]): Promise<void> {
    const { client, options, ports, signal, topics } = this.#given
    const busy = `${leader}/${lane}`
    this.#busy.add(busy)
    this.#restsUntil.set(leader, ports.clock.monotonic() + options.fetchInterval)
    for (const reader of readers) {
      this.#wanting.delete(reader)
      this.#fetching.set(shardKey(reader.shard), reader)
    }
    let again = readers
    try {
      const link = await client.link(leader)
      const positions = readers.map(({ shard, position }) => ({ ...shard, position }))
      const maxWait = lane === WAITING_LANE ? options.maxWait : 0
      const { maxBytes, maxPartitionBytes } = options
      const fetched = await link.send(fetchRequest({ positions, maxWait, maxBytes, maxPartitionBytes }), {
        lane,
        signal,
      })
      if (fetched.errorCode !== KafkaCode.none) throw brokerError({ request: 'Fetch', kafkaCode: fetched.errorCode })
      again = isHeldBack(fetched) ? readers : this.#distribute(fetched, readers.length)
    } catch (error) {
      if (signal.aborted) return
      if (isPassingTrouble(error)) {
        this.#warnOfRetry(error)
        await this.#pause(topics.refresh())
      } else {
        this.#given.ports.logger.warn('a broker cannot be fetched from', { broker: leader, ...errorFields(error) })
        for (const reader of readers) reader.fail(error as Error)
      }
    } finally {
      for (const reader of readers) this.#fetching.delete(shardKey(reader.shard))
      this.#busy.delete(busy)
    }
    for (const reader of again) this.want(reader)
    this.pump()
  }

  /** Hands each partition to its reader; returns the readers that want more now. */
  #distribute(fetched: Fetched, asked: number): PartitionReader[] {
    if (fetched.partitions.length < asked) {
      throw kafkaErrors.BAD_RESPONSE({ request: 'Fetch', reason: 'a partition is not in it' })
    }
    const again: PartitionReader[] = []
    const [first] = fetched.partitions
    const frame = first && this.#given.client.frames.lease(first.bytes)
    for (const partition of fetched.partitions) {
      const reader = this.#fetching.get(shardKey(partition))
      if (!reader || reader.isOver) continue
      if (partition.errorCode !== KafkaCode.none) void this.#recover(reader, partition)
      else if (reader.take(partition, frame)) again.push(reader)
    }
    frame?.release()
    return again
  }

  /** One partition's trouble is no other's. */
  async #recover(reader: PartitionReader, { topic, partition, errorCode }: FetchedPartition): Promise<void> {
    const error = brokerError({ request: 'Fetch', kafkaCode: errorCode, topic, partition })
    try {
      if (errorCode === KafkaCode.offsetOutOfRange) {
        const verdict = await this.#given.onOutOfRange(reader)
        if (verdict) return reader.fail(verdict)
      } else if (!isPassing(errorCode)) {
        return reader.fail(error)
      }
      this.#warnOfRetry(error)
      await this.#pause(this.#given.topics.refresh())
    } catch (failure) {
      if (!this.#given.signal.aborted) reader.fail(failure as Error)
      return
    }
    this.want(reader)
  }

  /** Waits for fresh metadata, but at least the pause between two attempts. */
  async #pause(refreshed: Promise<void>): Promise<void> {
    const { ports, signal } = this.#given
    if (signal.aborted) return
    const pause = new Promise<void>((resolve) => {
      const cancel = ports.timers.set(RETRY_PAUSE, end)
      function end(): void {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
      signal.addEventListener('abort', end, { once: true })
    })
    await Promise.all([pause, refreshed.catch(() => {})])
  }

  #warnOfRetry(error: unknown): void {
    if (this.#seldom.isTime()) warnOfRetry(this.#given.ports, 'fetching', error)
  }
}

/** Whether a quota of the brokers was used up: then they send nothing, and say how long to wait. */
function isHeldBack({ throttleTime, partitions }: Fetched): boolean {
  return throttleTime > 0 && partitions.length === 0
}
