export { election, Election, type ElectionOptions } from './election/election.ts'
export type { Leader } from './election/leaders.ts'
export type { Term } from './election/term.ts'
export { locksErrors } from './errors.ts'
