import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startCluster } from '@ringkeeper-tools/cluster'
import { zookeeper } from '@ringkeeper/zookeeper'
import type { Killed } from './checks.ts'
import { fill } from './fill.ts'
import { joinedAt, warmUp } from './fleet-tree.ts'
import { Offsets } from './offsets.ts'
import { writePipelineFile } from './pipeline-file.ts'
import type { FleetEvent, Scenario } from './scenario.ts'
import { WorkerProcess } from './worker-process.ts'
import { readWritten, type Written } from './written.ts'

/** What a run left behind. */
export interface FleetRun {
  readonly written: readonly Written[]
  /** Records per partition. */
  readonly ends: ReadonlyMap<number, number>
  readonly events: readonly FleetEvent[]
  readonly killed: readonly Killed[]
  /** Of the workers that ended by SIGTERM. */
  readonly exitCodes: readonly (number | undefined)[]
}

/**
 * Two worker processes on a real ZooKeeper and Kafka; while records are produced at a steady rate a third joins, one of
 * the first is killed, and the other leaves by SIGTERM. Everything it writes is below `folder`.
 */
export async function runFleet(
  scenario: Scenario,
  folder: string,
  options: { readonly signal: AbortSignal; readonly say?: (line: string) => void },
): Promise<FleetRun> {
  const { signal, say = () => {} } = options
  mkdirSync(folder, { recursive: true })
  await using cluster = await startCluster({
    name: `fleet-${process.pid}`,
    zookeeper: { servers: 1, tickTime: scenario.tickTime },
    kafka: { topics: [{ name: 'orders', partitions: scenario.partitions }] },
    signal,
  })
  const services = { zookeeper: cluster.zookeeper.connect, kafka: cluster.kafka.bootstrap }
  const config = writePipelineFile(folder, services, scenario)
  await using offsets = new Offsets(services.kafka)
  const { sessionTimeout } = scenario
  await using session = await zookeeper({ connect: services.zookeeper, sessionTimeout }).connect({ signal })
  await warmUp(session)
  say('ZooKeeper is warm')
  await using workers = new AsyncDisposableStack()
  const start = async (id: string): Promise<WorkerProcess> => {
    const worker = workers.use(new WorkerProcess(id, config, folder))
    await worker.ready(signal)
    return worker
  }
  const [first, second] = await Promise.all([start('a'), start('b')])
  say('two workers are ready')

  const half = { kafka: services.kafka, folder, records: scenario.records / 2, keys: scenario.keys, signal }
  await fill(half)
  say(`${half.records} records written`)
  while ((await offsets.lag()) > scenario.rate) await pause(200, undefined, { signal })
  const filling = fill({ ...half, rate: scenario.rate })
  filling.catch(() => {})

  const events: FleetEvent[] = []
  const happens = (type: FleetEvent['type'], worker: string, at = Date.now()): void => {
    events.push({ type, worker, at })
    say(`${type} ${worker}`)
  }
  await pause(scenario.steady, undefined, { signal })
  const third = await start('c')
  // Shards may be handed to it before it says that it is ready.
  happens('join', 'c', await joinedAt(session, 'c'))

  await pause(scenario.pause, undefined, { signal })
  const owned = await first.partitions()
  await first.kill()
  happens('kill', 'a')
  const committed = await offsets.committed()
  const killed = [
    { worker: 'a', committed: new Map(owned.map((partition) => [partition, committed.get(partition) ?? 0])) },
  ]

  await pause(scenario.pause + scenario.sessionTimeout, undefined, { signal })
  happens('leave', 'b')
  const exitCodes = [await second.leave()]

  await filling
  say('all records are written')
  while ((await offsets.lag()) > 0) await pause(200, undefined, { signal })
  exitCodes.push(await third.leave())
  return { written: await readWritten(join(folder, 'out')), ends: await offsets.ends(), events, killed, exitCodes }
}
