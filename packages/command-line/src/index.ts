export { runProgram, type ProgramDefinition } from './run-program.ts'
export { exitCodes } from './exit-codes.ts'
export type { AddCommand, CommandIo } from './command.ts'
