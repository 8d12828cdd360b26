import { Fleet } from './fleet.ts'
import type { FleetOptions } from './fleet-options.ts'

/**
 * Joins the fleet of a pipeline: from then on the shards that the plan gives to this worker are acquired and handed to its
 * host, until {@link Fleet.leave}. Resolves when the worker is a member and knows the plan.
 *
 * @throws RK_STREAMING_RING_MISMATCH when its ring settings are not the pipeline's; RK_STREAMING_DUPLICATE_NODE_ID;
 * RK_CORE_CONNECT_TIMEOUT
 */
export async function joinFleet(options: FleetOptions): Promise<Fleet> {
  const fleet = new Fleet(options)
  try {
    await fleet.joined(options.signal)
    return fleet
  } catch (error) {
    await fleet.leave()
    throw error
  }
}
