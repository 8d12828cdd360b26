export { ringkeeperProgram } from './program.ts'
