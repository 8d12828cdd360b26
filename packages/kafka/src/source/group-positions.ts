import {
  isRingkeeperError,
  waitFor,
  type PositionCommit,
  type PositionStore,
  type Ports,
  type Shard,
  type StoredPosition,
} from '@ringkeeper/core'
import { kafkaErrors, type BrokerErrorData } from '../errors.ts'
import type { BrokerLink } from '../cluster/broker-link.ts'
import type { KafkaClient } from '../cluster/kafka-client.ts'
import { EitherSignal } from '../cluster/either-signal.ts'
import { persist } from '../cluster/retry.ts'
import { KafkaCode } from '../protocol/error-codes.ts'

interface Call {
  readonly signal?: AbortSignal | undefined
}

/** A commit of somebody who is no member: brokers take it as long as the group has no members at all. */
const NO_MEMBER = { groupGenerationId: -1, memberId: '' }

/**
 * Positions as the committed offsets of a group that has no members. Commits are made one after the other, each after
 * the last one has ended, so that an older one never overtakes a newer one.
 */
export class GroupPositions implements PositionStore {
  readonly #client: KafkaClient
  readonly #group: string
  readonly #ports: Ports
  readonly #signal: AbortSignal
  #last: Promise<unknown> = Promise.resolve()

  constructor(client: KafkaClient, group: string, ports: Ports, signal: AbortSignal) {
    this.#client = client
    this.#group = group
    this.#ports = ports
    this.#signal = signal
  }

  async read(shards: readonly Shard[], options: Call = {}): Promise<(StoredPosition | undefined)[]> {
    if (shards.length === 0) return []
    const topics = byTopic(shards, ({ partition }) => ({ partition }))
    const request = { groupId: this.#group, topics }
    const answer = await this.#ask('OffsetFetch', options, (link, signal) =>
      link.call('OffsetFetch', (broker) => broker.offsetFetch(request), signal),
    )
    return shards.map((shard) => {
      const found = answer.responses
        .find(({ topic }) => topic === shard.topic)
        ?.partitions.find(({ partition }) => partition === shard.partition)
      if (!found) {
        throw kafkaErrors.BAD_RESPONSE({
          request: 'OffsetFetch',
          reason: `${shard.topic}/${shard.partition} is not in it`,
        })
      }
      const position = Number(found.offset)
      if (!Number.isSafeInteger(position)) throw kafkaErrors.OFFSET_TOO_LARGE({ offset: BigInt(found.offset) })
      return position < 0 ? undefined : { position, metadata: found.metadata ?? '' }
    })
  }

  /**
   * Commits in one request. When the signal aborts while it is under way, its connection is reset.
   *
   * @throws `RK_KAFKA_GROUP_IN_USE` when the group has live members, `RK_KAFKA_COMMIT_REFUSED` for other refusals.
   */
  commit(positions: readonly PositionCommit[], options: Call = {}): Promise<void> {
    const before = this.#last
    const mine = this.#commitAfter(before, positions, options)
    this.#last = Promise.allSettled([before, mine])
    return mine
  }

  async #commitAfter(before: Promise<unknown>, positions: readonly PositionCommit[], options: Call): Promise<void> {
    await waitFor(before, options, this.#ports.timers, () => new Error('no timeout was set'))
    await this.#commit(positions, options)
  }

  async #commit(positions: readonly PositionCommit[], options: Call): Promise<void> {
    if (positions.length === 0) return
    const topics = byTopic(
      positions.map(({ shard, position, metadata }) => ({ ...shard, offset: String(position), metadata })),
      ({ partition, offset, metadata }) => ({ partition, offset, metadata }),
    )
    const request = { groupId: this.#group, ...NO_MEMBER, topics }
    await this.#ask('OffsetCommit', options, (link, signal) =>
      link
        .call('OffsetCommit', (broker) => broker.offsetCommit(request), signal)
        .catch((error: unknown) => Promise.reject(this.#refusal(error))),
    )
  }

  /** What a refusal means; an error that passes stays as it is. */
  #refusal(error: unknown): Error {
    if (!isRingkeeperError(error, 'RK_KAFKA_BROKER_ERROR')) return error as Error
    const group = this.#group
    const { kafkaCode, kafkaError, isPassing } = error.data as BrokerErrorData
    if (kafkaCode === KafkaCode.unknownMemberId) return kafkaErrors.GROUP_IN_USE({ group }, { cause: error })
    // One topic that is gone must not hold up the positions of the others, which were taken.
    if (isPassing && kafkaCode !== KafkaCode.unknownTopicOrPartition) return error
    return kafkaErrors.COMMIT_REFUSED({ group, kafkaCode, kafkaError }, { cause: error })
  }

  async #ask<T>(name: string, options: Call, ask: (link: BrokerLink, signal: AbortSignal) => Promise<T>): Promise<T> {
    using either = new EitherSignal(options.signal, this.#signal)
    const { signal } = either
    const attempt = async (): Promise<T> => {
      const link = await this.#client.coordinator(this.#group, signal)
      try {
        return await ask(link, signal)
      } catch (error) {
        if (isGone(error)) this.#client.forgetCoordinator(this.#group, link)
        throw error
      }
    }
    return await persist(`${name} of group ${this.#group}`, attempt, this.#ports, signal)
  }
}

/** Whether another broker may be the coordinator now. */
function isGone(error: unknown): boolean {
  if (isRingkeeperError(error, 'RK_KAFKA_UNAVAILABLE')) return true
  if (!isRingkeeperError(error, 'RK_KAFKA_BROKER_ERROR')) return false
  const { kafkaCode } = error.data as BrokerErrorData
  return kafkaCode === KafkaCode.notCoordinator || kafkaCode === KafkaCode.coordinatorNotAvailable
}

function byTopic<S extends Shard, P>(
  shards: readonly S[],
  partitionOf: (shard: S) => P,
): { readonly topic: string; readonly partitions: P[] }[] {
  const topics = new Map<string, P[]>()
  for (const shard of shards) {
    const partitions = topics.get(shard.topic) ?? []
    partitions.push(partitionOf(shard))
    topics.set(shard.topic, partitions)
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }))
}
