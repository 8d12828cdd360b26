import type { SimulatedWorker } from './simulated-worker.ts'
import type { Simulation } from './simulation.ts'
import { times } from './times.ts'

/** Something that goes wrong. Gives back what ends it, where it has an end. */
export type Fault = (simulation: Simulation) => (() => void) | void

const one = (simulation: Simulation): SimulatedWorker | undefined => {
  const workers = simulation.workers.filter(({ isStaying, session }) => isStaying && session)
  return workers.length > 0 ? simulation.dice.pick(workers) : undefined
}

/** A fault of one worker's session. */
const ofSession =
  (
    begin: (faults: NonNullable<SimulatedWorker['session']>['faults'], simulation: Simulation) => (() => void) | void,
  ): Fault =>
  (simulation) => {
    const session = one(simulation)?.session
    return session && begin(session.faults, simulation)
  }

/** Everything that can happen to a fleet, by name. */
export const faults = {
  join: (simulation) => simulation.start(),
  leave: (simulation) => {
    const worker = one(simulation)
    if (worker?.fleet) void worker.leave()
  },
  kill: (simulation) => one(simulation)?.process.kill(),
  'kill and restart': (simulation) => {
    const worker = one(simulation)
    worker?.process.kill()
    if (worker) simulation.start(worker.id)
  },
  'stall of a process': (simulation) => {
    const worker = one(simulation)
    worker?.process.stall()
    return () => worker?.process.resume()
  },
  'machine asleep': (simulation) => {
    const worker = one(simulation)
    if (worker) worker.hasSlept = true
    worker?.process.suspend()
    return () => worker?.process.resume()
  },
  expiry: ofSession((session, simulation) => {
    // The server ends a session when it has not heard of it; ending it at once is nothing that a client can prepare for.
    session.disconnect()
    simulation.later(times.sessionTimeout + 3 * times.tick, () => session.reconnect())
  }),
  disconnect: ofSession((session) => {
    session.disconnect()
    return () => session.reconnect()
  }),
  'lost replies': (simulation) => {
    const lose = (): void => one(simulation)?.session?.faults.loseReply({ thenLag: simulation.dice.chance(0.5) })
    for (let count = simulation.dice.between(1, 6); count > 0; count -= 1) {
      simulation.later(simulation.dice.between(0, 1000), lose)
    }
  },
  'stale events': ofSession((session) => {
    session.lag()
    return () => session.catchUp()
  }),
  'server cut off': ofSession((session) => {
    session.isolate()
    return () => session.rejoin()
  }),
  'slow coordinator': ofSession((session, { dice }) => {
    session.delayReplies(dice.between(1, 300))
    session.delayRequests(dice.between(1, 300))
    return () => {
      session.delayReplies(0)
      session.delayRequests(0)
    }
  }),
  'coordinator away': (simulation) => simulation.stopCoordinator(),
  'late commits': ({ kafka: { trouble }, dice }) => {
    // The next owner looks again after a session timeout: what comes later than that only delays the lag that tools show.
    trouble.commitDelay = () => (dice.chance(0.5) ? dice.between(200, times.sessionTimeout - 100) : 2)
    return () => {
      trouble.commitDelay = () => 2
    }
  },
  'Kafka away': ({ kafka: { trouble } }) => {
    trouble.isAway = true
    return () => {
      trouble.isAway = false
    }
  },
  'slow sinks': ({ trouble }) => {
    trouble.isSlow = true
    return () => {
      trouble.isSlow = false
    }
  },
  'dying sinks': ({ trouble }) => {
    trouble.isDying = true
    return () => {
      trouble.isDying = false
    }
  },
  'hanging writes': ({ trouble }) => {
    trouble.hangs = 0.3
    trouble.losesAnswer = 0.2
    return () => {
      trouble.hangs = 0
      trouble.losesAnswer = 0
    }
  },
  'refused records': ({ trouble }) => {
    trouble.refuses = 0.1
    return () => {
      trouble.refuses = 0
    }
  },
  'change of targets': (simulation) => void one(simulation)?.changeTargets(),
  'new partition': (simulation) => simulation.addShard(),
  'owner node deleted': (simulation) => simulation.operator(`${simulation.dice.pick(simulation.shardPaths)}/owner`),
  'member node deleted': (simulation) => {
    const worker = one(simulation)
    if (worker) simulation.operator(`/ringkeeper/simulation/members/${worker.id}`)
  },
} satisfies Record<string, Fault>

/** The name of a {@link Fault}. */
export type FaultName = keyof typeof faults

/** Begins a fault and ends it after some time. */
export function strike(simulation: Simulation, name: FaultName): void {
  const fault: Fault = faults[name]
  const end = fault(simulation)
  if (!end) return
  const { dice } = simulation
  const isLong = dice.chance(0.5)
  const duration = isLong
    ? dice.between(times.sessionTimeout / 2, times.longestFault)
    : dice.between(20, times.sessionTimeout / 2)
  simulation.later(duration, end)
}
