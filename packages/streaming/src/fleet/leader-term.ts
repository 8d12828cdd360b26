import { shardKey, type Coordinator, type Logger, type Shard, type Source } from '@ringkeeper/core'
import { aborted } from './deadline.ts'
import { FinishedShards } from './finished-shards.ts'
import type { FleetPaths } from './fleet-paths.ts'
import type { FleetMemberView } from './member-node.ts'
import { PlanPublisher, type LeaderTermId } from './plan-publisher.ts'
import { planShards } from './plan-shards.ts'
import type { PlanContent } from './plan.ts'
import { followMembers, followWishes, type OperatorWishes } from './views.ts'

/** What a leader needs. */
export interface LeaderContext {
  readonly session: Coordinator
  readonly paths: FleetPaths
  readonly source: Pick<Source, 'bounded' | 'shards'>
  readonly logger: Logger
}

/**
 * Leads for one term: makes a new plan at its start and on every change of members, shards or an operator's wishes, and
 * publishes it when it says something new. Changes that come while a plan is being written are taken together into
 * the next one; nothing else delays a plan.
 */
export class LeaderTerm {
  readonly #context: LeaderContext
  readonly #publisher: PlanPublisher
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  #members: readonly FleetMemberView[] | undefined
  #wishes: OperatorWishes | undefined
  #finished: FinishedShards | undefined
  /** `undefined` until the source has said which shards there are. */
  #listed: readonly Shard[] | undefined
  #isDirty = false
  #isPlanning = false
  #planning: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined

  private constructor(context: LeaderContext, publisher: PlanPublisher, signal: AbortSignal) {
    this.#context = context
    this.#publisher = publisher
    this.#signal = AbortSignal.any([signal, this.#stop.signal])
  }

  /**
   * Leads until the signal aborts.
   *
   * @throws RK_CORE_NO_NODE when the election node has gone, an error of the session, or what the source fails of
   */
  static async run(context: LeaderContext, term: LeaderTermId, signal: AbortSignal): Promise<void> {
    const { session, paths, source, logger } = context
    const leader = new LeaderTerm(context, await PlanPublisher.open(session, paths, term, logger), signal)
    if (source.bounded) {
      const events = { changed: () => leader.#changed(), failed: (error: unknown) => leader.#fail(error) }
      leader.#finished = await FinishedShards.open(session, paths, events)
    }
    await leader.#lead()
  }

  async #lead(): Promise<void> {
    const { session, paths } = this.#context
    const follow = async <T>(views: AsyncIterable<T>, apply: (view: T) => void): Promise<void> => {
      try {
        for await (const view of views) {
          apply(view)
          this.#changed()
        }
        // A list that cannot change any more may end.
        await aborted(this.#signal)
      } catch (error) {
        this.#fail(error)
      }
    }
    await Promise.all([
      follow(followMembers(session, paths, this.#signal), (members) => (this.#members = members)),
      follow(followWishes(session, paths, this.#signal), (wishes) => (this.#wishes = wishes)),
      follow(this.#context.source.shards({ signal: this.#signal }), (shards) => (this.#listed = shards)),
    ])
    await this.#planning
    await this.#finished?.[Symbol.asyncDispose]()
    if (this.#failure) throw this.#failure.error
  }

  #fail(error: unknown): void {
    if (!this.#signal.aborted) this.#failure = { error }
    this.#stop.abort()
  }

  #changed(): void {
    this.#isDirty = true
    if (!this.#isPlanning) this.#planning = this.#plan()
  }

  async #plan(): Promise<void> {
    this.#isPlanning = true
    try {
      while (this.#isDirty && !this.#signal.aborted) {
        this.#isDirty = false
        const content = this.#content()
        if (content) await this.#publisher.publish(content)
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#isPlanning = false
    }
  }

  /** What the plan should say now; `undefined` as long as not enough is known. */
  #content(): PlanContent | undefined {
    const { plan } = this.#publisher
    const members = this.#members
    const wishes = this.#wishes
    // A new leader goes on with the shards of its predecessor until the source has answered.
    const listed = this.#listed ?? plan?.shards
    if (!members || !wishes || !listed) return undefined
    const { isPaused, drained } = wishes
    const shards = listed.filter((shard) => !this.#finished?.has(shardKey(shard)))
    const takers = members.filter(({ id, state }) => state === 'active' && !drained.has(id))
    return {
      members: members.map(({ id, incarnation }) => ({ id, incarnation })),
      shards,
      owners: isPaused ? new Map() : planShards(shards, takers, plan?.owners),
      isPaused,
      isFinished: this.#context.source.bounded && this.#listed !== undefined && shards.length === 0,
    }
  }
}
