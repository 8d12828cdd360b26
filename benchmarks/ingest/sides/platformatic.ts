import { Consumer } from '@platformatic/kafka'
import { runsWith } from './platformatic-runs.ts'

/** The newest version, which does not run on Node 20. */
export const { read, iterate } = runsWith(Consumer)
