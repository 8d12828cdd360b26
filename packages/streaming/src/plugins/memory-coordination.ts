import { memory } from '@ringkeeper/coordination'
import { defineCoordinator, type CoordinatorComponent } from '@ringkeeper/core'
import { z } from 'zod'

const memorySchema: z.ZodType<Record<string, never>> = z.strictObject({})

/** Coordination inside this process, for a worker on its own. */
export const memoryCoordination: CoordinatorComponent = defineCoordinator<Record<string, never>>({
  type: 'memory',
  schema: memorySchema,
  create: (_, { ports }) => memory({ ports }),
})
