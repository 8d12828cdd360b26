import {
  isRingkeeperError,
  shardKey,
  type PositionCommit,
  type PositionStore,
  type Ports,
  type Shard,
  type StoredPosition,
} from '@ringkeeper/core'
import { kafkaErrors, type BrokerErrorData } from '../errors.ts'
import { brokerError, type BrokerLink } from '../cluster/broker-link.ts'
import type { KafkaClient } from '../cluster/kafka-client.ts'
import { EitherSignal } from '../cluster/either-signal.ts'
import { isPassingTrouble, persist } from '../cluster/retry.ts'
import type { TopicMap } from '../cluster/topic-map.ts'
import { untilAborted } from '../cluster/until-aborted.ts'
import { byTopic } from '../protocol/by-topic.ts'
import { KafkaCode } from '../protocol/error-codes.ts'
import { offsetCommitRequest } from '../protocol/offset-commit.ts'

interface Call {
  readonly signal?: AbortSignal | undefined
}

const LANE = 0

/** What the positions of a group are kept with. */
export interface GroupPositionsOptions {
  readonly client: KafkaClient
  readonly topics: Pick<TopicMap, 'has' | 'refresh'>
  readonly group: string
  readonly ports: Ports
  readonly signal: AbortSignal
}

/**
 * Positions as the committed offsets of a group that has no members. Commits are made one after the other, each after
 * the last one has ended, so that an older one never overtakes a newer one.
 */
export class GroupPositions implements PositionStore {
  readonly #given: GroupPositionsOptions
  #last: Promise<void> = Promise.resolve()

  constructor(given: GroupPositionsOptions) {
    this.#given = given
  }

  async read(shards: readonly Shard[], options: Call = {}): Promise<(StoredPosition | undefined)[]> {
    if (shards.length === 0) return []
    const topics = byTopic(shards.map((shard) => ({ shard }))).map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ shard: { partition } }) => ({ partition })),
    }))
    const request = { groupId: this.#given.group, topics }
    const answer = await this.#ask('OffsetFetch', options, (link, signal) =>
      link.call('OffsetFetch', (broker) => broker.offsetFetch(request), signal),
    )
    return shards.map((shard) => {
      const found = answer.responses
        .find(({ topic }) => topic === shard.topic)
        ?.partitions.find(({ partition }) => partition === shard.partition)
      if (!found) throw missing('OffsetFetch', shard)
      const position = Number(found.offset)
      if (!Number.isSafeInteger(position)) throw kafkaErrors.OFFSET_TOO_LARGE({ offset: BigInt(found.offset) })
      return position < 0 ? undefined : { position, metadata: found.metadata ?? '' }
    })
  }

  /**
   * Commits in one request, and those that a broker could not take yet again until it does. The position of a partition
   * that does not exist any more is dropped with a warning. When the signal aborts, the connection is reset.
   *
   * @throws `RK_KAFKA_GROUP_IN_USE` when the group has live members, `RK_KAFKA_COMMIT_REFUSED` for other refusals.
   */
  commit(positions: readonly PositionCommit[], options: Call = {}): Promise<void> {
    const before = this.#last
    const mine = this.#commitAfter(before, positions, options)
    // What became of them is nobody's business here, and would be remembered from commit to commit for ever.
    this.#last = Promise.allSettled([before, mine]).then(() => {})
    return mine
  }

  async #commitAfter(before: Promise<void>, positions: readonly PositionCommit[], options: Call): Promise<void> {
    await untilAborted(before, options.signal)
    let left = positions
    if (left.length === 0) return
    await this.#ask('OffsetCommit', options, async (link, signal) => {
      const refused = await this.#commitOnce(link, left, signal)
      left = refused.map(({ commit }) => commit)
      // What is not going to pass first of all.
      const error = refused.find((one) => !isPassingTrouble(one.error))?.error ?? refused[0]?.error
      if (error) throw error
    })
  }

  /** Returns what was not taken. */
  async #commitOnce(link: BrokerLink, positions: readonly PositionCommit[], signal: AbortSignal): Promise<Refused[]> {
    const request = offsetCommitRequest(this.#given.group, positions)
    const { partitions } = await link.send(request, { lane: LANE, signal })
    const codes = new Map(partitions.map((verdict) => [shardKey(verdict), verdict.errorCode]))
    const refused = positions
      .map((commit) => ({ commit, kafkaCode: codes.get(shardKey(commit.shard)) }))
      .filter(({ kafkaCode }) => kafkaCode !== KafkaCode.none)
    const isUnknown = ({ kafkaCode }: (typeof refused)[number]): boolean =>
      kafkaCode === KafkaCode.unknownTopicOrPartition
    const unknown = refused.filter(isUnknown).map(({ commit: { shard } }) => shard)
    const gone = unknown.length > 0 ? await this.#goneOf(unknown, signal) : []
    return refused
      .filter(({ commit }) => !gone.includes(commit.shard))
      .map(({ commit, kafkaCode }) => ({ commit, error: this.#refusal(commit.shard, kafkaCode) }))
  }

  /** A broker may not have heard of a new partition yet; in one that the cluster does not list nothing is left to read. */
  async #goneOf(shards: readonly Shard[], signal: AbortSignal): Promise<readonly Shard[]> {
    const { topics, group, ports } = this.#given
    await untilAborted(topics.refresh(), signal)
    const gone = shards.filter((shard) => !topics.has(shard))
    const names = gone.map(shardKey)
    if (gone.length > 0) ports.logger.warn('positions of partitions that are gone are dropped', { group, names })
    return gone
  }

  #refusal(shard: Shard, kafkaCode: number | undefined): Error {
    const { group } = this.#given
    if (kafkaCode === undefined) return missing('OffsetCommit', shard)
    const error = brokerError({ request: 'OffsetCommit', kafkaCode, ...shard })
    if (isPassingTrouble(error)) return error
    if (kafkaCode === KafkaCode.unknownMemberId) return kafkaErrors.GROUP_IN_USE({ group }, { cause: error })
    const { kafkaError } = error.data
    return kafkaErrors.COMMIT_REFUSED({ group, kafkaCode, kafkaError }, { cause: error })
  }

  async #ask<T>(name: string, options: Call, ask: (link: BrokerLink, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { client, group, ports } = this.#given
    using either = new EitherSignal(options.signal, this.#given.signal)
    const { signal } = either
    const attempt = async (): Promise<T> => {
      const link = await client.coordinator(group, signal)
      try {
        return await ask(link, signal)
      } catch (error) {
        if (signal.aborted || isElsewhere(error)) client.forgetCoordinator(group, link)
        throw error
      }
    }
    return await persist(`${name} of group ${group}`, attempt, ports, signal)
  }
}

/** A position that was not taken. */
interface Refused {
  readonly commit: PositionCommit
  readonly error: Error
}

function missing(request: string, shard: Shard): Error {
  return kafkaErrors.BAD_RESPONSE({ request, reason: `${shardKey(shard)} is not in it` })
}

/** Whether another broker may be the coordinator now. */
function isElsewhere(error: unknown): boolean {
  if (isRingkeeperError(error, 'RK_KAFKA_UNAVAILABLE')) return true
  if (!isRingkeeperError(error, 'RK_KAFKA_BROKER_ERROR')) return false
  const { kafkaCode } = error.data as BrokerErrorData
  return kafkaCode === KafkaCode.notCoordinator || kafkaCode === KafkaCode.coordinatorNotAvailable
}
