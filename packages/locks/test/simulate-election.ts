import { memory, type MemorySession, type MemoryTree } from '@ringkeeper/coordination'
import { isRingkeeperError } from '@ringkeeper/core'
import { FakeClock, seededRandom, type FakeProcess } from '@ringkeeper/testing'
import { election, type Term } from '../src/index.ts'

const path = '/election'
const sessionTimeout = 2000
const workers = 4

/** What came of a schedule. */
export interface Outcome {
  /** Two terms held at one moment, tokens that went back, guarded writes out of order. */
  readonly violations: readonly string[]
  readonly terms: number
  /** Whether somebody led within the time of two expiries after the last fault. */
  readonly recovered: boolean
  /** Nodes in the election that belong to no live participant. */
  readonly leftovers: readonly string[]
  readonly faults: ReadonlyMap<string, number>
}

/** Runs four participants through random faults, each in a process and with clocks of its own. */
export async function simulate(seed: number): Promise<Outcome> {
  const simulation = new Simulation(seed)
  return await simulation.run()
}

class Simulation {
  readonly #clock: FakeClock
  readonly #tree: MemoryTree
  readonly #next: () => number
  readonly #participants: Participant[] = []
  readonly #faults = new Map<string, number>()
  readonly #violations: string[] = []
  #lastToken = 0n
  #terms = 0

  constructor(seed: number) {
    this.#clock = new FakeClock({ seed })
    this.#tree = memory({ ports: this.#clock.ports, tickTime: 100 })
    const { next } = seededRandom(`faults of ${seed}`)
    this.#next = next
  }

  async run(): Promise<Outcome> {
    for (let index = 0; index < workers; index += 1) this.#start(index)
    await this.#advance(500)
    for (let round = 0; round < 12; round += 1) {
      this.#fault()
      await this.#advance(50 + this.#next() * 1500)
    }
    for (const participant of this.#participants) participant.heal()
    await this.#advance(3 * sessionTimeout + 1000)
    const held = this.#participants.filter((participant) => participant.leads)
    const leftovers = await this.#leftovers()
    for (const participant of this.#participants) participant.stop()
    await this.#advance(3 * sessionTimeout)
    return {
      violations: this.#violations,
      terms: this.#terms,
      recovered: held.length === 1,
      leftovers,
      faults: this.#faults,
    }
  }

  #start(index: number): void {
    const process = this.#clock.process(`worker ${index} life ${this.#participants.length}`)
    const participant = new Participant(`w${index}`, process, this.#tree, (term) => this.#began(term))
    this.#participants.push(participant)
  }

  #began(term: Term): void {
    this.#terms += 1
    if (term.token <= this.#lastToken) this.#violations.push(`token ${term.token} after ${this.#lastToken}`)
    this.#lastToken = term.token
  }

  #fault(): void {
    const live = this.#participants.filter(({ isAlive }) => isAlive)
    const leader = live.find((participant) => participant.leads)
    // Half of the faults hit the leader: that is where it hurts.
    const victim = (this.#next() < 0.5 && leader) || live[Math.floor(this.#next() * live.length)]
    if (!victim) return
    const fault = victim.trouble(this.#next)
    if (fault === undefined) return
    this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1)
    if (fault === 'kill') this.#start(Number(victim.id.slice(1)))
  }

  /** Looks at the participants every few milliseconds, as a resource that they write to would. */
  async #advance(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 20) {
      await this.#clock.advance(Math.min(20, left))
      const leading = this.#participants.filter((participant) => participant.believesToLead)
      if (leading.length > 1)
        this.#violations.push(`${leading.map(({ id }) => id).join(' and ')} lead at ${this.#clock.monotonic()}`)
    }
  }

  async #leftovers(): Promise<string[]> {
    const observer = await this.#tree.connect()
    const { children } = await observer.children(path)
    const owners = new Map<bigint, number>()
    const leftovers: string[] = []
    const live = new Set(this.#participants.filter(({ isAlive }) => isAlive).map(({ sessionId }) => sessionId))
    for (const name of children) {
      const stat = await observer.exists(`${path}/${name}`)
      const owner = stat?.ephemeralOwner ?? 0n
      owners.set(owner, (owners.get(owner) ?? 0) + 1)
      if (!live.has(owner) || owners.get(owner) !== 1) leftovers.push(name)
    }
    await observer.close()
    return leftovers
  }
}

/** A process that wants to lead, and makes a new session when the old one has expired. */
class Participant {
  readonly id: string
  readonly #process: FakeProcess
  readonly #tree: MemoryTree
  readonly #began: (term: Term) => void
  readonly #controller = new AbortController()
  #session: MemorySession | undefined
  #term: Term | undefined
  #isDeposed = false

  constructor(id: string, process: FakeProcess, tree: MemoryTree, began: (term: Term) => void) {
    this.id = id
    this.#process = process
    this.#tree = tree
    this.#began = began
    void this.#live()
  }

  get isAlive(): boolean {
    return !this.#process.isKilled
  }

  get sessionId(): bigint {
    return this.#session?.sessionId ?? 0n
  }

  /** Whether its code, if its event loop came to it now, would act as the leader. Nothing runs in a machine that sleeps. */
  get believesToLead(): boolean {
    return ['running', 'stalled'].includes(this.#process.state) && this.#term?.state === 'held'
  }

  get leads(): boolean {
    return this.believesToLead && this.#process.isRunning
  }

  heal(): void {
    this.#process.resume()
    this.#session?.faults.delayReplies(0)
    this.#session?.faults.delayRequests(0)
    if (this.#isDeposed) this.#session?.faults.rejoin()
    else this.#session?.faults.catchUp()
    this.#isDeposed = false
    this.#session?.faults.reconnect()
  }

  stop(): void {
    this.#controller.abort()
  }

  /** One fault, which may last until the next one of this participant. */
  trouble(next: () => number): string | undefined {
    const faults = this.#session?.faults
    if (!faults) return undefined
    this.heal()
    const all: [string, () => void][] = [
      ['kill', () => this.#process.kill()],
      ['stall', () => this.#process.stall()],
      ['suspend', () => this.#process.suspend()],
      // Ending the session of a leader by force is beyond what any clock of it could know; only guarded writes are safe then.
      ['expire', () => (this.believesToLead ? faults.disconnect() : faults.expire())],
      ['disconnect', () => faults.disconnect()],
      ['cut', () => [faults.disconnect(), faults.reconnect()]],
      ['lose reply', () => this.#loseReply(false)],
      ['lose reply, then lag', () => this.#loseReply(true)],
      ['lag', () => faults.lag()],
      ['isolate', () => faults.isolate()],
      ['depose', () => this.#depose(next() < 0.5)],
      ['slow', () => [faults.delayReplies(next() * 800), faults.delayRequests(next() * 800)]],
    ]
    const [name, strike] = all[Math.floor(next() * all.length)] as [string, () => void]
    strike()
    return name
  }

  /** Its server is a deposed leader, which may even take the client back over a new connection. */
  #depose(reconnects: boolean): void {
    this.#isDeposed = true
    this.#session?.faults.isolate()
    if (!reconnects) return
    this.#session?.faults.disconnect()
    this.#session?.faults.reconnect()
  }

  /** Queues again, so that there is a create whose reply can be lost. */
  #loseReply(thenLag: boolean): void {
    void this.#term?.resign()
    this.#session?.faults.loseReply({ thenLag })
  }

  async #live(): Promise<void> {
    const { signal } = this.#controller
    while (!signal.aborted) {
      this.#session = await this.#tree.connect({ sessionTimeout, ports: this.#process.ports })
      const options = { id: this.id, ports: this.#process.ports }
      try {
        for await (const term of election(this.#session, path, options).terms({ signal })) {
          this.#term = term
          this.#began(term)
          await ended(term.signal)
        }
      } catch (error) {
        if (!isRingkeeperError(error, 'RK_CORE_SESSION_EXPIRED')) throw error
      }
    }
    await this.#session?.close()
  }
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
