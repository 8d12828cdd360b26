import type { Coordinator } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { fleetPaths, named } from './fleet-paths.ts'
import { ifThere } from './session-calls.ts'

/** What {@link resetConfig} has removed. */
export interface RemovedConfig {
  readonly path: string
  /** What the node held: JSON, unless somebody else has written it. */
  readonly content: string
}

/**
 * Removes what the workers of a pipeline have agreed on, so that the next one that starts decides anew: after a change of
 * `route.points`, `route.key` or the source. Positions of shards stay.
 *
 * @param options - `force`: also while workers are members. They go on with the old settings beside those that start later.
 * @returns `undefined` when there was nothing to remove.
 * @throws RK_STREAMING_WORKERS_RUNNING
 */
export async function resetConfig(
  session: Coordinator,
  root: string,
  pipeline: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<RemovedConfig | undefined> {
  const paths = fleetPaths(root, pipeline)
  const path = paths.config
  const checkWorkers = async (): Promise<void> => {
    const members = await ifThere(session.children(paths.members))
    const workers = (members?.children ?? []).map(named)
    if (workers.length > 0 && !force) throw streamingErrors.WORKERS_RUNNING({ pipeline, workers })
  }
  await session.sync('/')
  await checkWorkers()
  const node = await ifThere(session.get(path))
  if (!node) return undefined
  await ifThere(session.delete(path, { version: node.stat.version }))
  try {
    await checkWorkers()
  } catch (error) {
    // One has joined meanwhile that goes by what was removed. Whoever came after it has written what it goes by itself.
    await session.create(path, node.data).catch(() => {})
    throw error
  }
  return { path, content: new TextDecoder().decode(node.data) }
}
