import { describe, expect, it } from 'vitest'
import { coordinatorContract } from '@ringkeeper/testing'
import { memory } from '../src/index.ts'

const tree = memory({ tickTime: 20 })

coordinatorContract(
  { describe, it, expect },
  {
    name: 'memory',
    faults: true,
    sessionTimeout: 100,
    connect: async (options) => {
      const session = await tree.connect(options)
      return { coordinator: session, faults: session.faults }
    },
  },
)
