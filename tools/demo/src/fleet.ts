import { memory, type MemoryTree } from '@ringkeeper/coordination'
import { startPipeline, type Pipeline, type PipelineInput } from '@ringkeeper/streaming'
import { KillSwitch } from './kill-switch.ts'
import type { Ledger } from './ledger.ts'
import type { DemoSettings } from './settings.ts'

/** One worker of the demo. */
export interface DemoWorker {
  readonly id: string
  readonly pipeline: Pipeline
  readonly killSwitch: KillSwitch
}

/** Workers of one pipeline on one tree, in this process. */
export class DemoFleet {
  readonly workers: DemoWorker[] = []
  readonly #settings: DemoSettings
  readonly #ledger: Ledger
  readonly #tree: MemoryTree

  constructor(settings: DemoSettings, ledger: Ledger) {
    this.#settings = settings
    this.#ledger = ledger
    this.#tree = memory({ tickTime: settings.tickTime })
  }

  /** Workers that have not been killed. */
  get living(): readonly DemoWorker[] {
    return this.workers.filter(({ killSwitch }) => !killSwitch.isKilled)
  }

  /** Shards that are read to their end: nobody owns them any more. */
  get finishedShards(): number {
    const { shards } = this.#settings
    const left = this.living.map(({ pipeline }) => pipeline.status().fleet.plan?.shards ?? shards)
    return shards - Math.min(shards, ...left)
  }

  async add(id: string): Promise<DemoWorker> {
    const killSwitch = new KillSwitch()
    const pipeline = await startPipeline(this.#config(id), {
      ports: killSwitch.ports,
      coordinator: killSwitch.coordinator(this.#tree),
      plugins: [this.#ledger.plugin(killSwitch)],
    })
    const worker = { id, pipeline, killSwitch }
    this.workers.push(worker)
    return worker
  }

  #config(id: string): PipelineInput {
    const { records, keys, shards, rate, sessionTimeout, tickTime } = this.#settings
    const sink = { type: 'ledger' }
    return {
      pipeline: 'demo',
      coordination: { type: 'memory', sessionTimeout, serverTick: tickTime },
      source: { type: 'generate', shards, records, keys, rate },
      codec: 'json',
      route: {
        targets: [
          { name: 'north', weight: 2, sink },
          { name: 'south', weight: 1, sink },
          { name: 'east', weight: 1, sink },
        ],
      },
      worker: { id, commitInterval: 250, drainTimeout: 2000 },
    }
  }
}
