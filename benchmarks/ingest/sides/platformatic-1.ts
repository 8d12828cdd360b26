import { Consumer } from 'platformatic-kafka-1'
import { runsWith, type Client } from './platformatic-runs.ts'

/** The last version that runs on Node 20. */
export const { read, iterate } = runsWith(Consumer as unknown as Client)
