import type { Coordinator } from '@ringkeeper/core'
import type { FleetPaths } from './fleet-paths.ts'
import { decodeJson } from './json-node.ts'
import { joinChunks } from './plan-chunks.ts'
import { decodePlan, type Plan } from './plan.ts'
import { ifThere } from './session-calls.ts'

/** A plan and the version of the node that it was read from. */
export interface StoredPlan {
  /** `undefined` before the first. */
  readonly plan: Plan | undefined
  readonly version: number
}

/**
 * Reads the newest plan, from its chunks where it has any.
 *
 * @throws RK_CORE_NO_NODE when there is no plan node; RK_STREAMING_BAD_NODE_DATA
 */
export async function readPlan(session: Coordinator, paths: FleetPaths): Promise<StoredPlan> {
  for (;;) {
    const { data, stat } = await session.get(paths.plan)
    if (data.length === 0) return { plan: undefined, version: stat.version }
    const { chunks } = decodeJson(paths.plan, data)
    if (!Array.isArray(chunks)) return { plan: decodePlan(paths.plan, data), version: stat.version }
    const parts = await Promise.all(chunks.map((name) => ifThere(session.get(paths.planChunk(String(name))))))
    const found = parts.flatMap((part) => (part ? [part.data] : []))
    // Chunks go when two newer plans are there: then this one is out of date.
    if (found.length === parts.length) return { plan: decodePlan(paths.plan, joinChunks(found)), version: stat.version }
  }
}
