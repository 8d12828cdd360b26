/** The times of a simulated fleet, in milliseconds: short, so that much happens in little time. */
export const times = {
  tick: 100,
  sessionTimeout: 2000,
  drainTimeout: 1500,
  /** Faults begin in this time, and records are written. */
  trouble: 8000,
  /** The longest that a fault lasts. */
  longestFault: 3000,
  /** Afterwards everything must be in order within this time. */
  recovery: 60_000,
  /** What is still on its way comes within this time. */
  settling: 1500,
  host: {
    commitInterval: 300,
    mirrorInterval: 600,
    writeTimeout: 250,
    stallTimeout: 20_000,
    maxBytesInFlight: 20_000,
    maxBytesInFlightPerShard: 3000,
    sessionTimeout: 2000,
  },
}
