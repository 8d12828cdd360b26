/** The times of a simulated fleet, in milliseconds: short, so that much happens in little time. */
export const times = {
  tick: 100,
  sessionTimeout: 2000,
  latencies: [0, 0, 0, 4, 40],
  /** So many messages pass until a worker knows a plan and has acted on it. */
  messagesOfAPlan: 8,
  drainTimeouts: [150, 1500],
  commitInterval: 300,
  mirrorInterval: 600,
  writeTimeout: 250,
  flipDeadlines: [20, 500],
  /** Faults begin in this time, and records are written. */
  trouble: 8000,
  /** The longest that a fault lasts. */
  longestFault: 3000,
  /** After the last fault everything must be in order within this time. */
  recovery: 60_000,
  /** The longest that a free shard waits for a worker to which nothing happens. */
  acquire: 1500,
  /** The longest that a commit is on its way: a new owner looks at its commit again after a session timeout. */
  latestCommit: 1900,
}
