import { isRingkeeperError, errorFields, type Coordinator, type Logger } from '@ringkeeper/core'
import type { FleetPaths } from './fleet-paths.ts'
import { chunkPlan, chunkSize, versionOfChunk } from './plan-chunks.ts'
import { encodePlan, isSameContent, type Plan, type PlanContent } from './plan.ts'
import { readPlan, type StoredPlan } from './read-plan.ts'
import { persistently } from './session-calls.ts'

/** Who publishes: a leader, by its node in the election. */
export interface LeaderTermId {
  readonly nodeId: string
  /** The leader's own election node: no plan is written after it has gone. */
  readonly electionNode: string
  readonly token: bigint
}

/** Writes plans, for one term of one leader. */
export class PlanPublisher {
  readonly #session: Coordinator
  readonly #paths: FleetPaths
  readonly #term: LeaderTermId
  readonly #logger: Logger
  #stored: StoredPlan
  #attempts = 0

  private constructor(session: Coordinator, paths: FleetPaths, term: LeaderTermId, logger: Logger, stored: StoredPlan) {
    this.#session = session
    this.#paths = paths
    this.#term = term
    this.#logger = logger
    this.#stored = stored
  }

  /** Begins with the plan that is there. */
  static async open(
    session: Coordinator,
    paths: FleetPaths,
    term: LeaderTermId,
    logger: Logger,
  ): Promise<PlanPublisher> {
    return new PlanPublisher(session, paths, term, logger, await readNewest(session, paths))
  }

  /** The newest plan, as far as this leader knows. */
  get plan(): Plan | undefined {
    return this.#stored.plan
  }

  /**
   * Publishes the content unless the newest plan says the same.
   *
   * @throws RK_CORE_NO_NODE for the leader's election node when the term is over
   */
  async publish(content: PlanContent): Promise<void> {
    while (!this.#stored.plan || !isSameContent(this.#stored.plan, content)) {
      const { nodeId: leader, token: leaderToken } = this.#term
      const plan = { ...content, version: (this.#stored.plan?.version ?? 0) + 1, leader, leaderToken }
      try {
        await this.#write(plan)
      } catch (error) {
        const isPassing =
          isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS') || isRingkeeperError(error, 'RK_CORE_BAD_VERSION')
        if (!isPassing) throw error
        // Somebody was faster, or it was this leader and only the reply is lost: then the next round ends.
        this.#stored = await readNewest(this.#session, this.#paths)
      }
    }
  }

  async #write(plan: Plan): Promise<void> {
    const { version } = this.#stored
    const data = encodePlan(plan)
    const isLarge = data.length > chunkSize
    const head = isLarge ? await this.#writeChunks(plan, data) : data
    const { results } = await this.#session.multi([
      { type: 'check', path: this.#term.electionNode },
      { type: 'set', path: this.#paths.plan, data: head, version },
    ])
    this.#stored = { plan, version: results[1]?.stat?.version ?? version + 1 }
    void this.#dropOldChunks(plan.version)
  }

  async #writeChunks(plan: Plan, data: Uint8Array): Promise<Uint8Array> {
    const { chunks, head } = chunkPlan(plan, data, ++this.#attempts)
    for (const chunk of chunks) {
      const path = this.#paths.planChunk(chunk.name)
      await persistently(this.#session, () => this.#session.create(path, chunk.data)).catch((error: unknown) => {
        // The name is of this attempt alone: only the reply was lost.
        if (!isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) throw error
      })
    }
    return head
  }

  /** Whoever reads the plan before the newest still finds its chunks. */
  async #dropOldChunks(newest: number): Promise<void> {
    try {
      const { children } = await this.#session.children(this.#paths.plan)
      const isOld = (name: string): boolean => (versionOfChunk(name) ?? Infinity) <= newest - 2
      await Promise.all(children.filter(isOld).map((name) => this.#session.delete(this.#paths.planChunk(name))))
    } catch (error) {
      this.#logger.debug('old parts of the plan stay for now', errorFields(error))
    }
  }
}

function readNewest(session: Coordinator, paths: FleetPaths): Promise<StoredPlan> {
  return persistently(session, async () => {
    const [, stored] = await Promise.all([session.sync(paths.plan), readPlan(session, paths)])
    return stored
  })
}
