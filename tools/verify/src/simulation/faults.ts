import type { MemorySession } from '@ringkeeper/coordination'
import type { SimulatedWorker } from './simulated-worker.ts'
import type { Simulation } from './simulation.ts'
import { times } from './times.ts'
import { paths } from './tree-watch.ts'

/**
 * Something that goes wrong for `duration` milliseconds. Gives back what ends it, true where it has no end, and false where it
 * found nobody to happen to.
 */
export type Fault = (simulation: Simulation, duration: number) => (() => void) | boolean

type SessionFaults = MemorySession['faults']

/** A worker that is to go on working. */
const one = ({ workers, dice }: Simulation): SimulatedWorker | undefined => {
  const staying = workers.filter(({ isStaying, session }) => isStaying && session)
  return staying.length > 0 ? dice.pick(staying) : undefined
}

/** A fault of one worker. */
const ofWorker =
  (begin: (worker: SimulatedWorker, simulation: Simulation, duration: number) => (() => void) | void): Fault =>
  (simulation, duration) => {
    const worker = one(simulation)
    if (!worker) return false
    worker.trouble(duration)
    return begin(worker, simulation, duration) ?? true
  }

/** A fault of one worker's session. */
const ofSession = (
  begin: (session: SessionFaults, simulation: Simulation, duration: number) => (() => void) | void,
): Fault => ofWorker((worker, simulation, duration) => begin(worker.session!.faults, simulation, duration))

/** Everything that a session asks and hears takes its time. */
function slowDown(session: SessionFaults, { dice, settings }: Simulation): () => void {
  session.delayReplies(dice.between(1, 300))
  session.delayRequests(dice.between(1, 300))
  return () => {
    session.delayReplies(settings.latency)
    session.delayRequests(settings.latency)
  }
}

/** Everything that can happen to a fleet, by name. */
export const faults = {
  'worker joins': (simulation) => {
    simulation.start()
    return true
  },
  'worker leaves': ofWorker((worker) => worker.leave()),
  'worker is killed': ofWorker((worker) => worker.process.kill()),
  'worker is killed and restarted': ofWorker((worker, simulation, duration) => {
    worker.process.kill()
    simulation.later(duration / 10, () => simulation.start(worker.id))
  }),
  'process stalls': ofWorker(({ process }) => {
    process.stall()
    return () => process.resume()
  }),
  'machine sleeps': ofWorker(({ process }) => {
    process.suspend()
    return () => process.resume()
  }),
  'session expires': ofSession((session, simulation) => {
    // The server ends a session when it has not heard of it; ending it at once is nothing that a client can prepare for.
    session.disconnect()
    simulation.later(times.sessionTimeout + 3 * times.tick, () => session.reconnect())
  }),
  'connection breaks': ofSession((session) => {
    session.disconnect()
    return () => session.reconnect()
  }),
  'connection breaks, then killed': ofWorker((worker, { later, dice }) => {
    worker.session?.faults.disconnect()
    later(dice.between(times.sessionTimeout / 2 - times.writeTimeout, times.sessionTimeout), () =>
      worker.process.kill(),
    )
  }),
  'connection breaks, then stalls': ofWorker((worker, { later, dice }) => {
    const { session, process } = worker
    worker.trouble(times.sessionTimeout + times.longestFault)
    session?.faults.disconnect()
    const stall = (): void => process.stall()
    later(dice.between(times.sessionTimeout / 2 - times.writeTimeout, times.sessionTimeout), stall)
    later(times.sessionTimeout + times.longestFault, () => {
      session?.faults.reconnect()
      process.resume()
    })
  }),
  'replies are lost': (simulation) => {
    const lose = (): void => one(simulation)?.loseReply()
    for (let count = simulation.dice.between(1, 6); count > 0; count -= 1) {
      simulation.later(simulation.dice.between(0, 1000), lose)
    }
    return one(simulation) !== undefined
  },
  'replies to changes are lost': (simulation) => {
    const worker = one(simulation)
    if (!worker) return false
    worker.losesReplies = 0.4
    return () => {
      worker.losesReplies = 0
    }
  },
  'events are late': ofSession((session) => {
    session.lag()
    return () => session.catchUp()
  }),
  'server is cut off': ofSession((session) => {
    session.isolate()
    return () => session.rejoin()
  }),
  'coordinator is slow': ofSession(slowDown),
  'leader is slow while workers join': (simulation, duration) => {
    const { leader, dice } = simulation
    if (!leader?.session) return false
    leader.trouble(duration)
    simulation.start()
    simulation.later(dice.between(1, 600), () => simulation.start())
    return slowDown(leader.session.faults, simulation)
  },
  'plan is written anew by hand': ({ operator }) => {
    operator.act(async (session) => session.set(paths.plan, (await session.get(paths.plan)).data))
    return true
  },
  'coordinator is away': (simulation, duration) => simulation.stopCoordinator(duration) ?? false,
  'member node is deleted': ofWorker(({ id }, simulation) =>
    simulation.operator.act((session) => session.delete(paths.member(id))),
  ),
  'operator pauses': (simulation) => {
    const pause = `${paths.control}/pause`
    simulation.operator.act((session) => session.create(pause))
    return () => simulation.operator.act((session) => session.delete(pause))
  },
  'killed, and its offsets reset': ofWorker((worker, simulation) => {
    worker.process.kill()
    simulation.resetOffsets(worker.id)
  }),
  'commits are late': ({ kafka: { trouble } }) => {
    trouble.delaysCommit = 0.5
    return () => {
      trouble.delaysCommit = 0
    }
  },
  'commit replies are lost': ({ kafka: { trouble } }) => {
    trouble.losesReply = 0.5
    return () => {
      trouble.losesReply = 0
    }
  },
  'commits are refused': ({ kafka: { trouble } }) => {
    trouble.refusesCommit = 1
    return () => {
      trouble.refusesCommit = 0
    }
  },
  'Kafka is away': ({ kafka: { trouble }, dice }) => {
    trouble.refuses = dice.chance(0.5) ? 1 : 0.5
    return () => {
      trouble.refuses = 0
    }
  },
  'sinks are slow': ({ trouble }) => {
    trouble.isSlow = true
    return () => {
      trouble.isSlow = false
    }
  },
  'sink is down': ({ trouble: { down }, dead, dice }) => {
    const target = dice.pick(['north', 'south', 'west', 'dead-letters'])
    down.add(target)
    return () => void (dead.has(target) || down.delete(target))
  },
  'sink dies and is removed': (simulation) => {
    const target = simulation.dice.pick(['south', 'west'])
    if (simulation.dead.has(target)) return false
    simulation.dead.add(target)
    simulation.trouble.down.add(target)
    simulation.later(simulation.dice.between(50, 1500), () => {
      for (const worker of simulation.workers) if (worker.isStaying) worker.changeTargets()
    })
    return true
  },
  'writes hang': ({ trouble }) => {
    trouble.hangs = 0.3
    trouble.losesAnswer = 0.2
    return () => {
      trouble.hangs = 0
      trouble.losesAnswer = 0
    }
  },
  'records are refused': ({ trouble }) => {
    trouble.refuses = 0.1
    return () => {
      trouble.refuses = 0
    }
  },
  'targets change': (simulation) => {
    const worker = one(simulation)
    worker?.changeTargets()
    return worker !== undefined
  },
  'partition is added': ({ schedule }) => {
    schedule.addShard(20)
    return true
  },
  'partition is added, and its worker killed': (simulation) => {
    const { schedule, dice, kafka } = simulation
    const { trouble } = kafka
    const shard = schedule.addShard(20)
    if (dice.chance(0.7)) trouble.refusesCommit = 1
    simulation.later(dice.between(5, 50), () => schedule.pour(shard))
    simulation.later(dice.between(5, 350), () => {
      trouble.refusesCommit = 0
      const worker = simulation.ownerOf(shard)
      worker?.trouble(0)
      worker?.process.kill()
    })
    return true
  },
} satisfies Record<string, Fault>

/** The name of a {@link Fault}. */
export type FaultName = keyof typeof faults

/** The names of all faults. */
export const faultNames = Object.keys(faults) as readonly FaultName[]
