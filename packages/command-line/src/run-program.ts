import { isRingkeeperError, messageOf } from '@ringkeeper/core'
import { Command, CommanderError } from 'commander'
import type { AddCommand, CommandIo } from './command.ts'
import { exitCodes } from './exit-codes.ts'

/** A command-line program. */
export interface ProgramDefinition {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly commands: readonly AddCommand[]
  /** Text below the help, such as the exit codes. */
  readonly epilogue?: string
  /** The exit code for what a command threw; 1 where it has no opinion. */
  readonly exitCodeOf?: (thrown: unknown) => number | undefined
  /** Takes secrets out of what is printed about an error. */
  readonly redact?: (text: string) => string
}

function processIo(): CommandIo {
  // Whoever reads the output has seen enough, as `head` does: what is still written goes nowhere, and that is all.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    exitCode: exitCodes.ok,
  }
}

/**
 * Parses a command line, runs the command, and prints what it throws.
 *
 * @param argv - the arguments without Node and the script.
 * @returns the exit code
 */
export async function runProgram(
  definition: ProgramDefinition,
  argv: readonly string[],
  io: CommandIo = processIo(),
): Promise<number> {
  const program = new Command(definition.name)
    .description(definition.description)
    .version(definition.version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
  if (definition.epilogue !== undefined) program.addHelpText('after', `\n${definition.epilogue}`)
  for (const add of definition.commands) add(program, io)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return io.exitCode
  } catch (error) {
    // Help, the version and mistakes on the command line: commander has printed them already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const code = isRingkeeperError(error) ? `${error.code}: ` : ''
    const { redact = (text: string): string => text } = definition
    io.err(redact(`${definition.name}: ${code}${messageOf(error)}\n`))
    return definition.exitCodeOf?.(error) ?? exitCodes.failed
  }
}
