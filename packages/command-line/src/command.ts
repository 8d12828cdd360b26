import type { Command } from 'commander'

/** Where a command reads and writes; a test gives its own. */
export interface CommandIo {
  /** Writes results, for people and for scripts. */
  readonly out: (text: string) => void
  /** Writes what is no result. */
  readonly err: (text: string) => void
  /** The program's exit code if nothing fails; a command may set another one. */
  exitCode: number
}

/**
 * Adds one command to a program. Each command is a file that exports one of these.
 *
 * @example
 * ```ts
 * export const version: AddCommand = (program, io) => {
 *   program.command('hello <name>').description('Greet somebody').action((name: string) => io.out(`hello ${name}\n`))
 * }
 * ```
 */
export type AddCommand = (program: Command, io: CommandIo) => void
