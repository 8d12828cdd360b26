import type { Logger } from '@ringkeeper/core'
import type { FleetStatus } from '../fleet/fleet-options.ts'

/**
 * Warns of members that route to other targets than this worker, once for each change: while they differ, a key's records can
 * go to two targets. Ends with the statuses.
 */
export async function compareTargets(statuses: AsyncIterable<FleetStatus>, logger: Logger): Promise<void> {
  const told = new Map<string, string>()
  for await (const { nodeId, members } of statuses) {
    const ours = members.find(({ id }) => id === nodeId)?.targets
    if (ours === undefined) continue
    for (const { id, targets = ours } of members) {
      const difference = targets === ours ? '' : `${ours} ${targets}`
      if (difference !== (told.get(id) ?? '') && difference !== '') {
        logger.warn('another worker has other targets or weights: the same key can go to another target there', {
          worker: id,
          targets,
          ours,
        })
      }
      told.set(id, difference)
    }
  }
}
