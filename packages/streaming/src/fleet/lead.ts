import { isRingkeeperError, type Coordinator, type Ports, type Source } from '@ringkeeper/core'
import { election } from '@ringkeeper/locks'
import type { FleetPaths } from './fleet-paths.ts'
import { LeaderTerm } from './leader-term.ts'

/** Who leads, as one worker sees it. */
export interface Leadership {
  readonly leaderId: string | undefined
  /** Whether it is this worker, and it plans. */
  readonly isLeader: boolean
}

/** What a candidate needs. */
export interface CandidateContext {
  readonly nodeId: string
  readonly session: Coordinator
  readonly paths: FleetPaths
  readonly source: Pick<Source, 'bounded' | 'shards'>
  readonly ports: Ports
}

/**
 * Takes part in the election until the signal aborts, and leads while elected.
 *
 * @throws errors of the session, and what a {@link LeaderTerm} fails of
 */
export async function takePartInElection(
  context: CandidateContext,
  signal: AbortSignal,
  onChange: (leadership: Leadership) => void,
): Promise<void> {
  const { nodeId, session, paths, source, ports } = context
  let leadership: Leadership = { leaderId: undefined, isLeader: false }
  const changed = (change: Partial<Leadership>): void => onChange((leadership = { ...leadership, ...change }))
  const candidate = election(session, paths.election, { id: nodeId, ports })

  const observe = async (): Promise<void> => {
    for await (const leader of candidate.observe({ signal })) changed({ leaderId: leader?.id })
  }
  const lead = async (): Promise<void> => {
    for await (const term of candidate.terms({ signal })) {
      changed({ isLeader: true })
      const id = { nodeId, electionNode: term.node, token: term.token }
      try {
        const either = AbortSignal.any([signal, term.signal])
        await LeaderTerm.run({ session, paths, source, logger: ports.logger }, id, either)
      } catch (error) {
        // Its election node is gone: somebody else leads, and this worker queues again.
        if (!isGone(error, term.node)) throw error
      } finally {
        changed({ isLeader: false })
      }
    }
  }
  await Promise.all([observe(), lead()])
}

function isGone(error: unknown, path: string): boolean {
  return isRingkeeperError(error, 'RK_CORE_NO_NODE') && (error.data as { path?: string }).path === path
}
