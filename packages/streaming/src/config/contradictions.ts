import { defaultServerTick } from '../fleet/fleet-options.ts'
import { deadLettersName } from '../target/target-spec.ts'
import type { ConfigProblem } from './problem.ts'
import type { PipelineFile } from './schema/pipeline-file.ts'

/** Problems between fields that are each fine alone. */
export function contradictions(file: PipelineFile): ConfigProblem[] {
  return [
    ...targetProblems(file),
    ...deadLetterProblems(file),
    ...sessionProblems(file),
    ...workerProblems(file),
    ...routeProblems(file),
  ]
}

function targetProblems({ route }: PipelineFile): ConfigProblem[] {
  const names = route.targets.map(({ name }) => name)
  const problems = names.flatMap((name, index): ConfigProblem[] => {
    const first = names.indexOf(name)
    if (name === deadLettersName) {
      return [
        { path: `route.targets[${index}].name`, value: name, message: 'the sink of deadLetters goes by this name' },
      ]
    }
    if (first === index) return []
    return [{ path: `route.targets[${index}].name`, value: name, message: `route.targets[${first}] has this name too` }]
  })
  if (route.targets.every(({ weight }) => weight === 0)) {
    problems.push({ path: 'route.targets', value: undefined, message: 'at least one target needs a weight above 0' })
  }
  return problems
}

function deadLetterProblems({ route, deadLetters }: PipelineFile): ConfigProblem[] {
  if (deadLetters) return []
  return route.targets.flatMap(({ onError }, index): ConfigProblem[] =>
    onError.then === 'deadLetter'
      ? [{ path: `route.targets[${index}].onError.then`, value: onError.then, message: 'this needs deadLetters' }]
      : [],
  )
}

function sessionProblems({ coordination }: PipelineFile): ConfigProblem[] {
  const { type, sessionTimeout, serverTick = type === 'zookeeper' ? defaultServerTick : 0 } = coordination
  if (sessionTimeout >= 2 * serverTick) return []
  const message =
    `expected at least two ticks of the server, ${2 * serverTick} ms: ZooKeeper raises what is less; raise it, ` +
    "or set coordination.serverTick to the servers' tickTime"
  return [{ path: 'coordination.sessionTimeout', value: sessionTimeout, message }]
}

function workerProblems({ worker, coordination }: PipelineFile): ConfigProblem[] {
  const { writeTimeout } = worker
  const half = coordination.sessionTimeout / 2
  // A write may only start when it ends before the lease can: a lease is good for about half a session timeout.
  if (writeTimeout === undefined || (writeTimeout > 0 && writeTimeout < half)) return []
  const message = `expected less than half of coordination.sessionTimeout, ${half} ms; lower it, or raise sessionTimeout`
  return [{ path: 'worker.writeTimeout', value: writeTimeout, message }]
}

function routeProblems({ route, codec }: PipelineFile): ConfigProblem[] {
  if (route.key === 'key' || (codec !== 'bytes' && codec !== 'text')) return []
  return [{ path: 'route.key', value: route.key, message: `the codec ${codec} has no fields; choose codec: json` }]
}
