import type { Sink, SinkCapabilities } from '@ringkeeper/core'
import type { OnError } from '../config/pipeline-config.ts'

/** A target that exists: its name and share on the ring, and the sink that serves it on this worker. */
export interface TargetSpec {
  readonly name: string
  /** Share of the keys, relative to the other targets; 0 gives it no new records and lets it finish what it has. */
  readonly weight: number
  /** Owned by the route from then on, which disposes of it. */
  readonly sink: Sink
  readonly capabilities: SinkCapabilities
  readonly onError: OnError
}

/** What the sink for dead letters goes by; no target may have this name. */
export const deadLettersName = 'dead-letters'

/** The sink for records that are set aside. Each of its records is one dead letter: the value is its JSON line. */
export type DeadLetterSpec = Omit<TargetSpec, 'name' | 'weight'>
