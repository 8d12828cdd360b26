import type { Contest, Side } from '../harness/index.ts'
import { changes } from './changes.ts'
import { functions } from './functions.ts'
import { lookups } from './lookups.ts'

/** Two ways to do the same work, each made ready in the process that measures it. */
export interface Duel extends Contest {
  readonly ours: () => Side
  readonly theirs: () => Side
}

/** All that is compared with others. */
export const duels: readonly Duel[] = [...lookups, ...functions, ...changes]
