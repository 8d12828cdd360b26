import type { Buffer } from 'node:buffer'
import { systemPorts, type Clock } from '@ringkeeper/core'
import { createAssignor, type AssignorKind } from '../assign/create-assignor.ts'
import { checkWeight } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { encodeClaim, type Claim } from './claims.ts'
import { memberInput, previousOf, readMember } from './group.ts'
import { countTopics, locateTopics, type KafkajsCluster } from './topics.ts'
import { encodeAssignment, encodeSubscription } from './wire.ts'

export type { KafkajsCluster, KafkajsMetadata } from './topics.ts'

/** How a kafkajs assigner shares out. */
export interface KafkajsAssignerOptions {
  /** Any kind but `cooperative-sticky`, which kafkajs's consumers cannot do. */
  readonly kind: Exclude<AssignorKind, 'cooperative-sticky'>
  /** The share of this member relative to the others, 1 by default. */
  readonly weight?: number | undefined
  /** Where this member stands, for `zone-aware`: a name that the brokers' `broker.rack` uses too. */
  readonly zone?: string | undefined
  /** The system's clock by default. */
  readonly clock?: Pick<Clock, 'wall'> | undefined
}

/** What kafkajs calls an assigner. */
export interface KafkajsAssigner {
  readonly name: string
  readonly version: number
  readonly assign: (group: {
    readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[]
    readonly topics: readonly string[]
  }) => Promise<{ memberId: string; memberAssignment: Buffer }[]>
  readonly protocol: (subscription: { readonly topics: readonly string[] }) => { name: string; metadata: Buffer }
}

/** What {@link KafkajsPartitionAssigner.attach} needs of a kafkajs consumer. */
export interface KafkajsConsumer {
  readonly events: { readonly GROUP_JOIN: 'consumer.group_join' }
  readonly on: (
    event: 'consumer.group_join',
    listener: (event: { readonly payload: { readonly memberAssignment: Record<string, number[]> } }) => void,
  ) => unknown
}

/** An entry of kafkajs's `partitionAssigners`, for one consumer. */
export interface KafkajsPartitionAssigner {
  (config: { readonly cluster: KafkajsCluster }): KafkajsAssigner
  /**
   * Lets the assigner hear what its consumer was given, so that it can tell the next leader. Without this only the
   * leader's own memory makes assignments sticky, and it is lost with the leader. Returns the consumer.
   */
  readonly attach: <Consumer extends KafkajsConsumer>(consumer: Consumer) => Consumer
}

/**
 * An assignor of this package for consumers of kafkajs. All members of a group must have the same kind; they may take
 * different topics. Make one for each consumer and attach it.
 *
 * @example
 * ```ts
 * const assigner = kafkajsAssigner({ kind: 'sticky' })
 * const consumer = assigner.attach(kafka.consumer({ groupId: 'orders', partitionAssigners: [assigner] }))
 * ```
 */
export function kafkajsAssigner(options: KafkajsAssignerOptions): KafkajsPartitionAssigner {
  if ((options.kind as AssignorKind) === 'cooperative-sticky') {
    const expected = 'another kind: kafkajs gives all partitions up in every rebalance'
    throw partitioningErrors.BAD_OPTION({ option: 'kind', value: options.kind, expected })
  }
  const { kind, weight, zone, clock = systemPorts().clock } = options
  if (weight !== undefined) checkWeight('weight', weight)
  const assignor = createAssignor({ kind })
  const name = `ringkeeper-${kind}`
  const find = kind === 'zone-aware' ? locateTopics : countTopics
  let own: Claim = { since: 0, owned: {}, weight, zone }
  /** What this member gave out when it was the leader, for members that are not attached. */
  let given: ReadonlyMap<string, Claim> = new Map()

  const made = ({ cluster }: { readonly cluster: KafkajsCluster }): KafkajsAssigner => ({
    name,
    version: 0,
    protocol: ({ topics }) => ({ name, metadata: encodeSubscription(topics, encodeClaim(own)) }),
    assign: async ({ members, topics }) => {
      const group = members.map(({ memberId, memberMetadata }) => readMember(memberId, memberMetadata, given))
      const others = new Set(group.flatMap((member) => member.topics))
      for (const topic of topics) others.delete(topic)
      const partitions = await find(cluster, topics, [...others])
      const previous = previousOf(group, partitions)
      const { assignment } = assignor.assign(previous, group.map(memberInput), partitions)
      const lists = assignment.toLists()
      const since = clock.wall()
      given = new Map(Object.entries(lists).map(([id, owned]) => [id, { since, owned }]))
      return assignment.members.map((memberId) => ({ memberId, memberAssignment: encodeAssignment(lists[memberId]!) }))
    },
  })
  const attach = <Consumer extends KafkajsConsumer>(consumer: Consumer): Consumer => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      own = { since: clock.wall(), owned: payload.memberAssignment, weight, zone }
    })
    return consumer
  }
  return Object.assign(made, { attach })
}
