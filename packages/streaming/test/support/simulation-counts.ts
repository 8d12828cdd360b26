const none = {
  rejected: 0,
  partial: 0,
  hung: 0,
  applied: 0,
  fenced: 0,
  drained: 0,
  expired: 0,
  ringChanges: 0,
  deadLetters: 0,
  lateCommits: 0,
}

/** How often each thing happened in a simulation. */
export type SimulationCounts = Record<keyof typeof none, number>

export function newCounts(): SimulationCounts {
  return { ...none }
}
