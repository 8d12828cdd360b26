import { Consumer } from 'platformatic-kafka-1'
import { runsWith, type Client } from './platformatic-runs.ts'

/** The last version that runs on Node 20. What is used of it is as in the newest. */
export const { read, iterate } = runsWith(Consumer as unknown as Client)
