import type { MemorySession, MemoryTree } from '@ringkeeper/coordination'
import {
  definePlugin,
  defineSink,
  defineSource,
  isRingkeeperError,
  messageOf,
  shardKey,
  type CoordinatorBackend,
  type Logger,
  type Plugin,
  type Ports,
  type Schema,
  type Shard,
  type StoredPosition,
} from '@ringkeeper/core'
import { startPipeline, type Pipeline, type PipelineInput } from '@ringkeeper/streaming'
import type { FakeProcess } from '@ringkeeper/testing'
import type { Dice } from './dice.ts'
import type { FakeKafka } from './fake-kafka.ts'
import { FakeSink, type SinkOwner, type SinkWorld } from './fake-sink.ts'
import { processPorts } from './process-ports.ts'
import { times } from './times.ts'
import { paths, pipeline, root } from './tree-watch.ts'

/** What a worker needs of its simulation. */
export interface WorkerWorld extends SinkWorld {
  readonly tree: MemoryTree
  readonly kafka: FakeKafka
  /** Targets that are down for good. */
  readonly dead: ReadonlySet<string>
  /** A worker has looked where a shard stands, and has begun to read it. */
  readonly onRead: (worker: SimulatedWorker, shard: Shard, committed: StoredPosition | undefined) => void
  readonly onOpen: (worker: SimulatedWorker, shard: Shard, position: number) => void
  /** A worker has given up. */
  readonly onFailure: (worker: SimulatedWorker, error: unknown) => void
}

const anything: Schema<object> = {
  '~standard': { version: 1, vendor: 'simulation', validate: (value) => ({ value: value as object }) },
}

/** One worker process: a real pipeline between a fake Kafka and fake sinks. */
export class SimulatedWorker implements SinkOwner {
  readonly id: string
  readonly process: FakeProcess
  readonly sessions: MemorySession[] = []
  readonly #world: WorkerWorld
  readonly #dice: Dice
  readonly #ports: ReturnType<typeof processPorts>
  /** SIGTERM. */
  readonly #stop = new AbortController()
  #pipeline: Pipeline | undefined
  /** Nobody is to blame for what happens to its leases before this moment. */
  troubledUntil = 0
  /** Probability that the reply to a change of the tree is lost. */
  losesReplies = 0
  #lostReplyAt = -Infinity
  isLeaving = false
  hasLeft = false

  constructor(id: string, process: FakeProcess, world: WorkerWorld) {
    this.id = id
    this.process = process
    this.#world = world
    this.#dice = world.dice
    this.#ports = processPorts(process, this.#logger(), () => {
      world.verdict.break('failed', `${id} does not come to an end of what it does at one moment`)
      process.kill()
    })
    this.#inProcess(() => void this.#run())
  }

  get session(): MemorySession | undefined {
    return this.sessions.at(-1)
  }

  /** Whether it is expected to go on working. */
  get isStaying(): boolean {
    return !this.process.isKilled && !this.isLeaving
  }

  /** Timers that it has set and that have neither fired nor been cancelled. */
  get timers(): number {
    return this.#ports.count
  }

  get ports(): Ports {
    return this.#ports
  }

  get timeLeft(): number {
    const { session } = this
    if (!session) return 0
    using hold = session.hold(paths.base, { discardWhenLost: false })
    return hold.deadline - this.#ports.clock.monotonic()
  }

  hasLost(shard: string, token: bigint): boolean {
    if (!this.process.isRunning) return false
    const shards = this.#pipeline?.status().shards ?? []
    return shards.some((each) => each.state === 'fenced' && each.token === token && shardKey(each.shard) === shard)
  }

  /** The shards that are active here, by `shardKey`. */
  get active(): readonly string[] {
    const shards = this.#pipeline?.status().shards ?? []
    return shards
      .filter(({ state, progress }) => state === 'active' && !progress?.error)
      .map(({ shard }) => shardKey(shard))
  }

  /** Something happens to it that may cost it its leases, for so long. */
  trouble(duration: number): void {
    const until = this.#world.ports.clock.monotonic() + duration + 2 * times.sessionTimeout
    this.troubledUntil = Math.max(this.troubledUntil, until)
  }

  /**
   * The next reply is lost. The connection is there again at once, so that this costs nobody a lease; but the answer to a
   * heartbeat can be lost with it, and of those only one may be.
   */
  loseReply(): void {
    const now = this.#world.ports.clock.monotonic()
    if (now - this.#lostReplyAt < times.sessionTimeout) this.trouble(0)
    this.#lostReplyAt = now
    this.session?.faults.loseReply({ thenLag: this.#dice.chance(0.5) })
  }

  leave(): void {
    this.isLeaving = true
    this.#inProcess(() => this.#stop.abort(new Error('SIGTERM')))
  }

  changeTargets(): void {
    const targets = this.#targets()
    this.#world.verdict.trace(
      () => `${this.id} routes to ${targets.map(({ name, weight }) => `${name}*${weight}`).join(' ')}`,
    )
    this.#inProcess(() => {
      this.#pipeline?.setTargets(targets).catch((error: unknown) => this.#failed(error))
    })
  }

  #inProcess(act: () => void): void {
    this.#ports.timers.set(0, act)
  }

  async #run(): Promise<void> {
    const { kafka, settings, dead } = this.#world
    const { routeKey, drainTimeout, flipDeadline } = settings
    const targets = this.#targets()
    const input: PipelineInput = {
      pipeline,
      coordination: { type: 'memory', root, sessionTimeout: times.sessionTimeout, serverTick: times.tick },
      source: { type: 'simulated' },
      codec: routeKey === 'key' ? 'bytes' : 'json',
      route: { key: routeKey, points: 16, flipDeadline, targets },
      deadLetters: { type: 'simulated' },
      worker: {
        id: this.id,
        drainTimeout,
        commitInterval: times.commitInterval,
        mirrorInterval: times.mirrorInterval,
        writeTimeout: times.writeTimeout,
        stallTimeout: 20_000,
        maxBytesInFlight: 20_000,
        maxBytesInFlightPerShard: 3000,
      },
    }
    const options = { plugins: [this.#plugin(kafka)], coordinator: this.#coordinator(), ports: this.#ports }
    try {
      this.#pipeline = await startPipeline(input, { ...options, signal: this.#stop.signal })
      if (targets.some(({ name }) => dead.has(name))) this.changeTargets()
      await this.#pipeline.done
      if (!this.isLeaving) throw new Error('it has left without being asked to')
    } catch (error) {
      if (!this.isLeaving || isRingkeeperError(error)) return this.#failed(error)
    }
    this.hasLeft = true
    this.#world.verdict.trace(() => `${this.id} has left`)
  }

  #failed(error: unknown): void {
    this.#world.verdict.trace(() => `${this.id} fails: ${messageOf(error)}`)
    this.#world.onFailure(this, error)
  }

  #coordinator(): CoordinatorBackend {
    return {
      name: 'simulated',
      connect: async (options) => {
        const session = await this.#world.tree.connect({ ...options, ports: this.#ports })
        this.sessions.push(session)
        session.faults.delayRequests(this.#world.settings.latency)
        session.faults.delayReplies(this.#world.settings.latency)
        this.#loseReplies(session)
        return session
      },
    }
  }

  /** A fault of the session hits whatever request comes next; this one hits changes of the tree alone. */
  #loseReplies(session: MemorySession): void {
    const lossy = <Args extends unknown[], R>(send: (...args: Args) => R): ((...args: Args) => R) => {
      return (...args) => {
        if (this.#dice.chance(this.losesReplies)) this.loseReply()
        return send(...args)
      }
    }
    session.multi = lossy(session.multi.bind(session))
    session.create = lossy(session.create.bind(session))
    session.set = lossy(session.set.bind(session))
    session.delete = lossy(session.delete.bind(session))
  }

  #plugin(kafka: FakeKafka): Plugin {
    const world = this.#world
    const source = defineSource({
      type: 'simulated',
      schema: anything,
      create: (_, { ports }) =>
        kafka.connect(ports, {
          onRead: (shard, committed) => world.onRead(this, shard, committed),
          onOpen: (shard, position) => world.onOpen(this, shard, position),
          onSend: ({ shard, position }) => {
            world.verdict.trace(() => `${this.id} commits ${position} of ${shardKey(shard)}`)
            world.ledger.kept(shardKey(shard), position, 'a commit says')
          },
        }),
    })
    const sink = defineSink({
      type: 'simulated',
      schema: anything,
      capabilities: { ordered: true, idempotent: false, fenced: false },
      create: (_, { target }) => new FakeSink(world, this, target),
    })
    return definePlugin({ name: 'simulation', apiVersion: 1, components: [source, sink] })
  }

  /** Some of the targets, with some weights, now and then with a new sink. */
  #targets(): PipelineInput['route']['targets'] {
    const dice = this.#dice
    const names = ['north', 'south', 'west'].filter((name) => dice.chance(0.6) && !this.#world.dead.has(name))
    return (names.length > 0 ? names : ['north']).map((name) => ({
      name,
      weight: dice.between(1, 3),
      sink: { type: 'simulated', generation: dice.chance(0.8) ? 0 : 1 },
      onError: { retry: { initial: 20, max: 200, factor: 2 }, maxAttempts: 1e9, then: 'deadLetter' },
    }))
  }

  #logger(): Logger {
    const say = (message: string, fields?: object): void =>
      this.#world.verdict.trace(() => `${this.id} says: ${message} ${fields ? JSON.stringify(fields, plain) : ''}`)
    return { debug: say, info: say, warn: say, error: say }
  }
}

/** For values that JSON does not know. */
function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value instanceof Error ? value.message : value
}
