import type { Killed } from '@ringkeeper-tools/verify/checks'
import type { FleetEvent } from '@ringkeeper-tools/verify/scenario'
import { setTimeout as pause } from 'node:timers/promises'
import { DemoFleet, type DemoWorker } from './fleet.ts'
import { Ledger } from './ledger.ts'
import type { DemoSettings } from './settings.ts'

/** What happens while the demo runs, for a view. */
export interface DemoView {
  readonly show: (fleet: DemoFleet, ledger: Ledger) => void
  readonly tell: (what: string) => void
}

/** What came of it. */
export interface DemoRun {
  readonly ledger: Ledger
  readonly killed: Killed
  /** Shards that a living worker had to give up at once, because this machine gave it no time. */
  readonly fenced: readonly number[]
  readonly events: readonly FleetEvent[]
}

/** Milliseconds between two looks. */
const interval = 50

/** Runs three workers, kills one half-way, adds another, and lets them read the source to its end. */
export async function runDemo(settings: DemoSettings, view: DemoView): Promise<DemoRun> {
  const ledger = new Ledger()
  const fleet = new DemoFleet(settings, ledger)
  const events: FleetEvent[] = []
  let failure: { readonly error: unknown } | undefined
  const add = async (id: string): Promise<DemoWorker> => {
    events.push({ type: 'join', worker: id, at: Date.now() })
    view.tell(`${id} joins`)
    const worker = await fleet.add(id)
    worker.pipeline.done.catch((error: unknown) => (failure = { error }))
    return worker
  }
  const until = async (share: number): Promise<void> => {
    while (ledger.distinct < share * settings.records) {
      if (failure) throw failure.error
      view.show(fleet, ledger)
      await pause(interval)
    }
  }
  await Promise.all(['ada', 'ben', 'cleo'].map(add))
  await until(0.5)
  const killed = kill(fleet)
  events.push({ type: 'kill', worker: killed.worker, at: Date.now() })
  view.tell(`${killed.worker} is killed: nothing is flushed, nobody is told`)
  await until(0.8)
  await add('dora')
  const done = Promise.all(fleet.living.map(({ pipeline }) => pipeline.done)).then(() => true)
  while (!(await Promise.race([done, pause(interval, false)]))) view.show(fleet, ledger)
  view.show(fleet, ledger)
  return { ledger, killed, fenced: fencedShards(fleet), events }
}

/** Kills a worker that owns shards, and remembers what it had committed. */
function kill(fleet: DemoFleet): Killed {
  const { id, pipeline, killSwitch } = fleet.workers[1] as DemoWorker
  const { shards } = pipeline.status()
  killSwitch.kill()
  const committed = shards.map(({ shard, progress }) => [shard.partition, progress?.committed ?? 0] as const)
  return { worker: id, committed: new Map(committed) }
}

function fencedShards({ living }: DemoFleet): number[] {
  const counts = living.flatMap(({ pipeline }) => pipeline.status().handOvers)
  return counts.filter(({ fenced }) => fenced > 0).map(({ shard }) => shard.partition)
}
