import { isRingkeeperError, type Ports } from '@ringkeeper/core'
import { kafkaErrors } from '../errors.ts'
import { metadataRequest, type BrokerAddress, type Metadata } from '../protocol/metadata.ts'
import type { FramePool } from '../kafkajs/frame-pool.ts'
import { BrokerLink } from './broker-link.ts'
import { makeBroker, openCluster, type InnerConfig, type OpenCluster } from '../kafkajs/inside.ts'

const GROUP = 0

/** The brokers of one cluster: finds them, and keeps one link to each. */
export class KafkaClient implements AsyncDisposable {
  readonly #open: OpenCluster
  readonly #seeds: number
  readonly #links = new Map<number, BrokerLink>()
  #addresses = new Map<number, BrokerAddress>()
  /** The configured broker that answers for the whole cluster. */
  #seed: BrokerLink | undefined
  readonly #coordinators = new Map<string, BrokerLink>()
  #closed = false

  constructor(config: InnerConfig, ports: Ports) {
    this.#open = openCluster(config, ports.logger)
    this.#seeds = (config.brokers as readonly string[]).length
  }

  /** Where the memory of answers comes from. */
  get frames(): FramePool {
    return this.#open.frames
  }

  /**
   * Asks about topics, and learns where the brokers are. Tries each configured broker once.
   *
   * @throws `RK_KAFKA_UNAVAILABLE` when none answers.
   */
  async metadata(topics: readonly string[], signal?: AbortSignal): Promise<Metadata> {
    const metadata = await this.#askAny(async (broker) => {
      const answer = await broker.send(metadataRequest(topics), { lane: 0, signal })
      if (answer.brokers.length === 0) throw justStarted()
      return answer
    }, signal)
    this.#learn(metadata.brokers)
    return metadata
  }

  /** The link to a broker, as the newest metadata names it. */
  async link(nodeId: number): Promise<BrokerLink> {
    this.#failIfClosed()
    const address = this.#addresses.get(nodeId)
    if (!address) throw kafkaErrors.UNAVAILABLE({ request: 'a request', reason: `broker ${nodeId} is not known yet` })
    const known = this.#links.get(nodeId)
    if (known) return known
    const link = new BrokerLink(await makeBroker(this.#open.cluster, address))
    this.#failIfClosed()
    const other = this.#links.get(nodeId)
    if (other) return other
    this.#links.set(nodeId, link)
    return link
  }

  /**
   * The link to the broker that keeps a group's offsets; one of its own, so that giving up a commit disturbs nothing
   * else. Remembered until {@link forgetCoordinator}.
   */
  async coordinator(group: string, signal?: AbortSignal): Promise<BrokerLink> {
    const known = this.#coordinators.get(group)
    if (known) return known
    const { coordinator } = await this.#askAny(
      (seed) =>
        seed.call(
          'FindCoordinator',
          (broker) => broker.findGroupCoordinator({ groupId: group, coordinatorType: GROUP }),
          signal,
        ),
      signal,
    )
    const link = new BrokerLink(await makeBroker(this.#open.cluster, { ...coordinator, rack: undefined }))
    this.#failIfClosed()
    const other = this.#coordinators.get(group)
    if (other) return other
    this.#coordinators.set(group, link)
    return link
  }

  /** Looks for the coordinator again at the next use. */
  forgetCoordinator(group: string, link: BrokerLink): void {
    if (this.#coordinators.get(group) !== link) return
    this.#coordinators.delete(group)
    link.close(gone(`another broker may keep the offsets of group ${group}`))
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    this.#seed?.close()
    for (const link of this.#links.values()) link.close()
    for (const link of this.#coordinators.values()) link.close()
    this.#open.destroySockets()
    return Promise.resolve()
  }

  /**
   * Tries each configured broker once, beginning with the one that answered last, and then those that the cluster has
   * named: all configured ones may be away while the others carry on.
   */
  async #askAny<T>(ask: (broker: BrokerLink) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    for (let left = this.#seeds; ; left -= 1) {
      this.#failIfClosed()
      const fresh = this.#seed ?? new BrokerLink(await makeBroker(this.#open.cluster))
      const seed = (this.#seed ??= fresh)
      try {
        return await ask(seed)
      } catch (error) {
        const away = isRingkeeperError(error, 'RK_KAFKA_UNAVAILABLE') ? error : undefined
        // Whoever gives up may have asked one that takes connections and no more.
        if (!away && !signal?.aborted) throw error
        if (this.#seed === seed) this.#seed = undefined
        seed.close(away ?? gone('another request was not answered in time'))
        if (!away || signal?.aborted) throw error
        if (left <= 1) return await this.#askNamed(ask, away)
      }
    }
  }

  async #askNamed<T>(ask: (broker: BrokerLink) => Promise<T>, why: Error): Promise<T> {
    for (const nodeId of this.#addresses.keys()) {
      try {
        return await ask(await this.link(nodeId))
      } catch (error) {
        if (!isRingkeeperError(error, 'RK_KAFKA_UNAVAILABLE')) throw error
      }
    }
    throw why
  }

  #learn(brokers: readonly BrokerAddress[]): void {
    this.#addresses = new Map(brokers.map((broker) => [broker.nodeId, broker]))
    for (const [nodeId, link] of this.#links) {
      const address = this.#addresses.get(nodeId)
      if (address?.host === link.host && address.port === link.port) continue
      this.#links.delete(nodeId)
      link.close(gone(`broker ${nodeId} has left the cluster or moved`))
    }
  }

  #failIfClosed(): void {
    if (this.#closed) throw kafkaErrors.CLOSED({ what: 'Kafka client' })
  }
}

/** Why a link is given up while the cluster lives on. */
function gone(reason: string): Error {
  return kafkaErrors.UNAVAILABLE({ request: 'a request', reason })
}

/** A broker that knows of nobody, itself included, knows of no topic either: its answer says nothing about them. */
function justStarted(): Error {
  return kafkaErrors.UNAVAILABLE({ request: 'Metadata', reason: 'the broker has just started and knows of no other' })
}
