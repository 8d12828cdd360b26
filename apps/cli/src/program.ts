import type { ProgramDefinition } from '@ringkeeper/command-line'
import { commands } from './commands/index.ts'

/** The program `ringkeeper`. */
export function ringkeeperProgram(version: string): ProgramDefinition {
  return {
    name: 'ringkeeper',
    version,
    description: 'Consistent hashing, locks, partitioning and workers, for people and scripts',
    commands,
  }
}
