import { memory } from '@ringkeeper/coordination'
import { defineCoordinator, type CoordinatorComponent } from '@ringkeeper/core'
import { z } from 'zod'

/** Options of coordination in memory. */
export interface MemoryCoordinationOptions {
  /** The file with the positions of a source that keeps none itself; `.ringkeeper/<pipeline>.json` by default. */
  readonly positions?: string | undefined
}

const memorySchema: z.ZodType<MemoryCoordinationOptions> = z.strictObject({
  positions: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The file with the positions of a source that keeps none itself' }),
})

/** Coordination inside this process, for a worker on its own. */
export const memoryCoordination: CoordinatorComponent = defineCoordinator<MemoryCoordinationOptions>({
  type: 'memory',
  schema: memorySchema,
  create: (_, { ports, serverTick }) => memory({ ports, ...(serverTick !== undefined && { tickTime: serverTick }) }),
})
