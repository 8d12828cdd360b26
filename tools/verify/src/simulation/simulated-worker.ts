import type { MemorySession, MemoryTree } from '@ringkeeper/coordination'
import { messageOf, shardKey, type CoordinatorBackend, type Shard, type Source } from '@ringkeeper/core'
import { joinFleet, PipelineHost, type Fleet, type ShardLease, type TargetSpec } from '@ringkeeper/streaming'
import type { FakeProcess } from '@ringkeeper/testing'
import type { FakeKafka } from './fake-kafka.ts'
import { FakeSink, type SinkWorld } from './fake-sink.ts'
import { times } from './times.ts'

/** What a worker needs of its simulation. */
export interface WorkerWorld extends SinkWorld {
  readonly tree: MemoryTree
  readonly kafka: FakeKafka
}

/** One worker process: a real fleet member with a real data path, between a fake Kafka and fake sinks. */
export class SimulatedWorker {
  readonly id: string
  readonly process: FakeProcess
  readonly sessions: MemorySession[] = []
  readonly host: PipelineHost
  readonly #world: WorkerWorld
  readonly #source: Source
  readonly #sinks = new Map<string, FakeSink>()
  #fleet: Fleet | undefined
  isLeaving = false
  /** Its clock is behind, so that its deadlines say nothing without a new proof. */
  hasSlept = false
  hasLeft = false

  constructor(id: string, process: FakeProcess, world: WorkerWorld) {
    this.id = id
    this.process = process
    this.#world = world
    this.#source = this.#connectKafka()
    this.host = this.#makeHost()
    void this.#join()
  }

  get fleet(): Fleet | undefined {
    return this.#fleet
  }

  get session(): MemorySession | undefined {
    return this.sessions.at(-1)
  }

  /** Whether it is expected to go on working. */
  get isStaying(): boolean {
    return !this.process.isKilled && !this.isLeaving
  }

  /** The shards that are active here. */
  get active(): readonly Shard[] {
    const shards = this.#fleet?.status().shards ?? []
    return shards.filter(({ state }) => state === 'active').map(({ shard }) => shard)
  }

  async leave(): Promise<void> {
    this.isLeaving = true
    try {
      await this.#fleet?.leave()
      await this.host[Symbol.asyncDispose]()
      this.hasLeft = true
    } catch (error) {
      this.#world.ledger.break('failed', `${this.id} could not leave: ${messageOf(error)}`)
    }
  }

  async changeTargets(): Promise<void> {
    await this.host.setTargets(this.#targets())
  }

  async #join(): Promise<void> {
    const { tree, ledger } = this.#world
    const { ports } = this.process
    const backend: CoordinatorBackend = {
      name: 'simulated',
      connect: async (options) => {
        const session = await tree.connect({ ...options, ports })
        this.sessions.push(session)
        return session
      },
    }
    try {
      this.#fleet = await joinFleet({
        backend,
        root: '/ringkeeper',
        pipeline: 'simulation',
        nodeId: this.id,
        member: { host: 'localhost', pid: 1, weight: 1 },
        sessionTimeout: times.sessionTimeout,
        serverTick: times.tick,
        config: {},
        source: this.#source,
        host: { start: (lease) => this.#start(lease) },
        drainTimeout: times.drainTimeout,
        mirrorInterval: 0,
        ports,
      })
      await this.#fleet.done
    } catch (error) {
      ledger.break('failed', `${this.id} failed: ${messageOf(error)}`)
    }
  }

  #start(lease: ShardLease): ReturnType<PipelineHost['start']> {
    const { ledger } = this.#world
    ledger.owned(lease.shard, lease.fence.token, lease.nextOffset)
    const lost = (): void => {
      // Before its deadline nobody may touch what a lease stands on.
      const reason: unknown = (lease.signal.reason as { data?: { reason?: unknown } }).data?.reason
      const isTouched = typeof reason === 'string' && /node/.test(reason)
      const isSafe = lease.deadline > this.process.ports.clock.monotonic()
      if (isTouched && isSafe && !this.hasSlept)
        ledger.touched(`${shardKey(lease.shard)} of ${this.id} with token ${lease.fence.token}: ${reason}`)
    }
    lease.signal.addEventListener('abort', lost, { once: true })
    return this.host.start(lease)
  }

  #connectKafka(): Source {
    const { ledger, kafka } = this.#world
    return kafka.connect(this.process.ports, {
      onOpen: (shard, position) => ledger.opened(shard, position),
      onCommit: (commits) => {
        for (const { shard, position } of commits) ledger.position(shard, position, 'a commit')
      },
    })
  }

  #makeHost(): PipelineHost {
    return new PipelineHost({
      ports: this.process.ports,
      source: this.#source,
      route: { key: 'key', points: 16, flipDeadline: 500, targets: this.#targets() },
      deadLetters: this.#target('dead', 1),
      settings: times.host,
    })
  }

  /** Some of the targets, with some weights. */
  #targets(): readonly TargetSpec[] {
    const { dice } = this.#world
    const some = ['north', 'south', 'west'].filter(() => dice.chance(0.6))
    const names = some.length > 0 ? some : ['north']
    // The route disposes of the sink of a target that is removed: one that comes back has a new one.
    for (const name of this.#sinks.keys()) if (!names.includes(name)) this.#sinks.delete(name)
    return names.map((name) => this.#target(name, dice.between(1, 3)))
  }

  #target(name: string, weight: number): TargetSpec {
    let sink = this.#sinks.get(name)
    if (!sink) this.#sinks.set(name, (sink = new FakeSink(this.#world, this.process.ports, name)))
    return {
      name,
      weight,
      sink,
      capabilities: { ordered: true, idempotent: false, fenced: false },
      onError: { retry: { initial: 20, max: 200, factor: 2 }, maxAttempts: 1e9, then: 'deadLetter' },
    }
  }
}
