import { exitCodes, type ProgramDefinition } from '@ringkeeper/command-line'
import { isRingkeeperError } from '@ringkeeper/core'
import { commands } from './commands/index.ts'

/** The program `ringkeeper`. */
export function ringkeeperProgram(version: string): ProgramDefinition {
  return {
    name: 'ringkeeper',
    version,
    description: 'Consistent hashing, locks, partitioning and workers, for people and scripts',
    commands,
    exitCodeOf,
  }
}

/** What hashing and partitioning refuse was written on the command line. */
function exitCodeOf(thrown: unknown): number | undefined {
  const isRefused = isRingkeeperError(thrown) && /^RK_(HASHING|PARTITIONING)_/.test(thrown.code)
  return isRefused ? exitCodes.usage : undefined
}
