/** How large a run is, and when things happen to its workers. */
export interface Scenario {
  readonly records: number
  readonly keys: number
  readonly partitions: number
  /** Records per second of the second half. */
  readonly rate: number
  /** Milliseconds. */
  readonly sessionTimeout: number
  /** ZooKeeper's tickTime in milliseconds. */
  readonly tickTime: number
  /** Milliseconds of steady work before the first event. */
  readonly steady: number
  /** Milliseconds from a hand-over to the next event. */
  readonly pause: number
}

/** The run of `pnpm verify:fleet`. */
export const fullScenario: Scenario = {
  records: 1_000_000,
  keys: 10_000,
  partitions: 16,
  rate: 20_000,
  sessionTimeout: 4000,
  tickTime: 100,
  steady: 5500,
  pause: 2500,
}

/** The run in the tests. */
export const smallScenario: Scenario = {
  records: 60_000,
  keys: 500,
  partitions: 8,
  rate: 2000,
  sessionTimeout: 4000,
  tickTime: 100,
  steady: 2500,
  pause: 2500,
}

/** Something that happened to a worker, by the wall clock of this machine. */
export interface FleetEvent {
  readonly type: 'join' | 'kill' | 'leave'
  readonly worker: string
  readonly at: number
}
