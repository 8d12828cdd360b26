import type { Contest, Side } from '../harness/index.ts'
import { changes } from './changes.ts'
import { functions } from './functions.ts'
import { lookups } from './lookups.ts'

/** Two ways to do the same work, each made ready in the process that measures it when it is first asked for. */
export interface Duel extends Contest {
  readonly ours: () => Side
  readonly theirs: () => Side
  /** Whether both run in one process, over the same strings in memory: for nearly equal ways of the same package. */
  readonly together?: true
}

/** All that is compared with others. */
export const duels: readonly Duel[] = [...lookups, ...functions, ...changes]
