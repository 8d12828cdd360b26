import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errors } from './errors.ts'
import { identify, type ProcessIdentity } from './processes.ts'

export type Service = 'zookeeper' | 'kafka'

/** What makes one server of a cluster. */
export interface ServerDefinition {
  /** Such as `zookeeper-1`. */
  readonly name: string
  readonly service: Service
  /** Its configuration, data and log. */
  readonly folder: string
  /** `host:port` for clients. */
  readonly address: string
  readonly java: string
  readonly args: readonly string[]
  /** What the server says of itself, such as `leader`; undefined while it does not serve. Never throws. */
  readonly ask: (signal: AbortSignal) => Promise<string | undefined>
}

export type ServerState = 'stopped' | 'running' | 'frozen'

export interface StartOptions {
  /** false: do not wait until it answers (a server of an ensemble without its quorum never does). */
  readonly wait?: boolean | undefined
}

// An ensemble elects and a broker recovers within a few seconds; this is for a machine under heavy load.
const readyTimeout = 60_000
const stopTimeout = 15_000
const askTimeout = 3_000

/** One server as a child process. */
export class ServerProcess {
  readonly definition: ServerDefinition
  readonly #onChange: () => void
  #child: ChildProcess | undefined
  #identity: ProcessIdentity | undefined
  #frozen = false

  /** @param onChange - called when the process came or went. */
  constructor(definition: ServerDefinition, onChange: () => void) {
    this.definition = definition
    this.#onChange = onChange
  }

  get state(): ServerState {
    if (this.#child === undefined) return 'stopped'
    return this.#frozen ? 'frozen' : 'running'
  }

  /** Undefined while stopped. */
  get identity(): ProcessIdentity | undefined {
    return this.#identity
  }

  get #log(): string {
    return join(this.definition.folder, 'server.log')
  }

  /** What the server says of itself, or undefined while it does not serve. */
  async mode(): Promise<string | undefined> {
    return this.state === 'running' ? this.definition.ask(AbortSignal.timeout(askTimeout)) : undefined
  }

  async start(options: StartOptions = {}, signal?: AbortSignal): Promise<void> {
    this.#require('stopped', 'start')
    this.#spawn()
    if (options.wait !== false) await this.ready(signal)
  }

  /**
   * Waits until the server answers clients.
   *
   * @throws RK_CLUSTER_SERVER_DIED, RK_CLUSTER_NOT_READY
   */
  async ready(signal?: AbortSignal): Promise<void> {
    const { name } = this.definition
    const deadline = performance.now() + readyTimeout
    while ((await this.mode()) === undefined) {
      signal?.throwIfAborted()
      if (this.#child === undefined) throw errors.SERVER_DIED({ server: name, log: this.#log, tail: this.#logTail() })
      if (performance.now() > deadline) throw errors.NOT_READY({ server: name, timeout: readyTimeout, log: this.#log })
      await sleep(20)
    }
  }

  /** Ends it in order, as an operator would. */
  async stop(): Promise<void> {
    const child = this.#require('started', 'stop')
    child.kill('SIGTERM')
    // A frozen process gets the signal only when it goes on.
    this.#resume(child)
    const lastResort = setTimeout(() => child.kill('SIGKILL'), stopTimeout)
    await this.#ended(child)
    clearTimeout(lastResort)
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#require('started', 'kill')
    child.kill('SIGKILL')
    await this.#ended(child)
  }

  /** Stops its execution; its connections stay open and silent. */
  freeze(): void {
    this.#require('running', 'freeze').kill('SIGSTOP')
    this.#frozen = true
    this.#onChange()
  }

  thaw(): void {
    this.#resume(this.#require('frozen', 'thaw'))
  }

  #resume(child: ChildProcess): void {
    child.kill('SIGCONT')
    this.#frozen = false
    this.#onChange()
  }

  #spawn(): void {
    const { folder, java, args } = this.definition
    mkdirSync(folder, { recursive: true })
    const log = openSync(this.#log, 'a')
    const child = spawn(java, args, { cwd: folder, stdio: ['ignore', log, log] })
    closeSync(log)
    this.#child = child
    this.#identity = child.pid === undefined ? undefined : identify(child.pid)
    const gone = (): void => {
      this.#child = undefined
      this.#identity = undefined
      this.#frozen = false
      this.#onChange()
    }
    child.once('exit', gone)
    child.once('error', gone)
    this.#onChange()
  }

  async #ended(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  #require(state: ServerState | 'started', action: string): ChildProcess {
    const fits = state === 'started' ? this.state !== 'stopped' : this.state === state
    if (!fits) throw errors.WRONG_STATE({ server: this.definition.name, state: this.state, action })
    return this.#child as ChildProcess
  }

  #logTail(): string {
    try {
      return readFileSync(this.#log, 'utf8').trimEnd().split('\n').slice(-5).join('\n')
    } catch {
      return 'no log'
    }
  }
}
