import type { AddCommand } from '@ringkeeper/command-line'
import { partition } from './partition.ts'
import { ring } from './ring.ts'

/** Every command of `ringkeeper`, in the order of its help. Each is a file of this folder. */
export const commands: readonly AddCommand[] = [ring, partition]
