import {
  isRingkeeperError,
  type Chunk,
  type ComponentContext,
  type RecordFailure,
  type Sink,
  type WriteContext,
} from '@ringkeeper/core'
import { brokerError } from '../cluster/broker-link.ts'
import { KafkaClient } from '../cluster/kafka-client.ts'
import { TopicMap } from '../cluster/topic-map.ts'
import { untilAborted } from '../cluster/until-aborted.ts'
import { innerConfig } from '../connection-options.ts'
import { kafkaErrors } from '../errors.ts'
import { KafkaCode } from '../protocol/error-codes.ts'
import { produceRequest } from '../protocol/produce.ts'
import { PartitionQueue } from './partition-queue.ts'
import { PartitionRows } from './partition-rows.ts'
import type { SinkOptions } from './sink-options.ts'

const LANE = 0

/** Milliseconds that the protocol has room for. */
const LONGEST_TIMEOUT = 0x7fff_ffff

/** The most batches and bytes in one request, unless a single batch is larger; brokers refuse 100 MiB unless told otherwise. */
const MOST_BATCHES = 16
const MOST_BYTES = 32 * 1024 * 1024

/**
 * Writes to the partitions of one topic, acknowledged by all replicas in sync. Keys go to the partitions to which
 * Kafka's Java client sends them; records without a key go to one partition per write, in turn. A partition has one
 * unanswered batch at most, and after a failure nothing more is sent to it in that write, so its order is kept.
 */
export class KafkaSink implements Sink {
  readonly #options: SinkOptions
  readonly #client: KafkaClient
  readonly #topics: TopicMap
  readonly #closing = new AbortController()
  /** Buffers for batches; one that a socket may still hold is not put back. */
  readonly #buffers: Buffer[] = []
  /** Of the write under way: there is one at a time. */
  readonly #rows = new PartitionRows()
  #keyless: number

  /** Nothing is connected before the first write. */
  constructor(options: SinkOptions, context: Pick<ComponentContext, 'ports'>) {
    const { ports } = context
    this.#options = options
    this.#client = new KafkaClient(innerConfig(options), ports)
    this.#topics = new TopicMap(this.#client, [options.topic], ports, this.#closing.signal)
    this.#keyless = Math.floor(ports.random.next() * 0x7fff_ffff)
  }

  async write(chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[]> {
    const { topic } = this.#options
    const { signal } = context
    const partitions = await this.#partitions(signal)
    if (partitions === 0) return allOf(chunks, this.#topics.trouble(topic) ?? kafkaErrors.UNKNOWN_TOPIC({ topic }))
    this.#keyless += 1
    const rows = this.#rows
    rows.fill(chunks, partitions, this.#keyless % partitions)
    const queues: PartitionQueue[] = []
    for (let partition = 0; partition < partitions; partition += 1) {
      if (rows.starts[partition] !== rows.starts[partition + 1]) queues.push(new PartitionQueue(topic, partition, rows))
    }
    const writes = [...this.#byLeader(queues)].map(([leader, ofLeader]) => this.#writeTo(leader, ofLeader, context))
    // All of them, so that nothing is under way any more when this rejects.
    const outcomes = await Promise.allSettled(writes)
    rows.clear()
    const failures = queues.flatMap((queue) => queue.failures)
    const broken = outcomes.find((outcome) => outcome.status === 'rejected')
    if (broken || failures.length > 0) this.#lookAgain()
    if (broken) throw broken.reason
    return failures
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(kafkaErrors.CLOSED({ what: 'sink' }))
    await this.#client[Symbol.asyncDispose]()
  }

  /** The number of partitions, as far as known; asks when nothing is. */
  async #partitions(signal: AbortSignal): Promise<number> {
    this.#closing.signal.throwIfAborted()
    const { topic, metadataInterval } = this.#options
    await untilAborted(this.#topics.begin(metadataInterval), signal)
    if (this.#topics.partitions(topic) === 0) await untilAborted(this.#topics.refresh(), signal)
    return this.#topics.partitions(topic)
  }

  /** The leaders may have changed. */
  #lookAgain(): void {
    // Its failure is logged where it is asked.
    this.#topics.refresh().catch(() => {})
  }

  #byLeader(queues: readonly PartitionQueue[]): Map<number, PartitionQueue[]> {
    const leaders = new Map<number, PartitionQueue[]>()
    for (const queue of queues) {
      const leader = this.#topics.leader(queue)
      if (leader === undefined) {
        const { topic, partition } = queue
        queue.fail(brokerError({ request: 'Produce', kafkaCode: KafkaCode.leaderNotAvailable, topic, partition }), true)
      } else {
        leaders.set(leader, [...(leaders.get(leader) ?? []), queue])
      }
    }
    return leaders
  }

  /** Sends to one broker, request by request, until nothing is left. */
  async #writeTo(leader: number, queues: readonly PartitionQueue[], context: WriteContext): Promise<void> {
    const most = Math.max(1, Math.min(MOST_BATCHES, Math.floor(MOST_BYTES / this.#options.maxBatchBytes)))
    for (let open = queues; open.length > 0; open = open.filter((queue) => !queue.done)) {
      for (let at = 0; at < open.length; at += most) {
        await this.#send(leader, open.slice(at, at + most), context)
      }
    }
  }

  async #send(leader: number, queues: readonly PartitionQueue[], { signal, timeout }: WriteContext): Promise<void> {
    const buffers = queues.map(() => this.#buffers.pop() ?? Buffer.allocUnsafeSlow(this.#options.maxBatchBytes))
    const batches = queues.map((queue, at) => ({
      partition: queue.partition,
      bytes: queue.encode(buffers[at] as Buffer),
    }))
    const request = produceRequest(this.#options.topic, batches, {
      timeout: Math.min(Math.max(1, Math.ceil(timeout)), LONGEST_TIMEOUT),
    })
    try {
      const link = await this.#client.link(leader)
      const answer = await link.send(request, { lane: LANE, signal })
      this.#buffers.push(...buffers)
      for (const queue of queues) {
        const verdict = answer.partitions.find(({ partition }) => partition === queue.partition)
        if (verdict) queue.settle(verdict.errorCode)
        else queue.fail(kafkaErrors.BAD_RESPONSE({ request: 'Produce', reason: `it lacks ${queue.partition}` }), true)
      }
    } catch (error) {
      if (signal.aborted || !isRingkeeperError(error)) throw error
      for (const queue of queues) queue.fail(error, true)
    }
  }
}

function allOf(chunks: readonly Chunk[], error: Error): RecordFailure[] {
  return chunks.flatMap(({ selection }, chunk) =>
    Array.from(selection.indices.subarray(selection.start, selection.end), (index) => ({
      chunk,
      index,
      error,
      isRetryable: true,
    })),
  )
}
