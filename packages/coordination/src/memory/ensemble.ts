import {
  atOperation,
  isRingkeeperError,
  type MultiResult,
  type Operation,
  type OperationResult,
  type Ports,
  type WatchEvent,
} from '@ringkeeper/core'
import { DataTree, type Change } from './data-tree.ts'
import { statOf } from './node.ts'
import { prepare } from './prepare.ts'
import { Replica } from './replica.ts'
import { ServerSession } from './server-session.ts'
import { SessionTracker } from './session-tracker.ts'

/** The servers' side: one leader that orders all writes, and servers that are behind it when a test wants that. */
export class Ensemble {
  readonly ports: Ports
  /** The leader's own server; sessions are here unless a fault moved them. */
  readonly main: Replica = new Replica(new DataTree())
  readonly tracker: SessionTracker
  /** Called when the servers take connections again. */
  readonly clients: Set<() => void> = new Set()
  #isStopped = false
  readonly #behind = new Set<Replica>()
  readonly #containerCheck: number
  #lastContainerCheck: number
  #sessions = 0n

  constructor(ports: Ports, tickTime: number, containerCheck: number) {
    this.ports = ports
    this.tracker = new SessionTracker(ports, tickTime, (session) => this.endSession(session))
    this.#containerCheck = containerCheck
    this.#lastContainerCheck = ports.clock.monotonic()
  }

  get isStopped(): boolean {
    return this.#isStopped
  }

  /** All servers stop: connections break and none is taken. */
  stop(): void {
    this.#isStopped = true
    this.tracker.pause()
    for (const replica of [this.main, ...this.#behind])
      for (const session of replica.sessions) session.connection?.cut()
  }

  /** All servers run again, with all data and sessions. */
  start(): void {
    this.#isStopped = false
    this.tracker.restart()
    for (const available of this.clients) available()
  }

  openSession(timeout: number, deliver: (event: WatchEvent, zxid: bigint) => void): ServerSession {
    this.#sessions += 1n
    const session = new ServerSession((0x1000n << 32n) + this.#sessions, timeout, this, deliver)
    this.#commit([])
    this.tracker.add(session)
    return session
  }

  /** Deletes the ephemeral nodes of a session, which has expired or was closed. */
  endSession(session: ServerSession): void {
    if (!this.tracker.has(session.id)) return
    this.tracker.remove(session.id)
    const deletes = this.main.tree.ephemeralsOf(session.id).map((path): Change => ({ type: 'delete', path }))
    this.#commit([...deletes, { type: 'end-session', sessionId: session.id }])
  }

  /** Applies all operations or none. @throws the coded error of the first that fails; with its index for a multi. */
  write(session: ServerSession, operations: readonly Operation[], isMulti: boolean): MultiResult {
    const { tree } = this.main
    const zxid = (tree.zxid += 1n)
    const time = this.ports.clock.wall()
    const changes: Change[] = []
    const undo: (() => void)[] = []
    const results: OperationResult[] = []
    for (const [index, operation] of operations.entries()) {
      try {
        const change = prepare(tree, operation, session)
        undo.push(tree.apply(change, zxid, time))
        changes.push(change)
        results.push(resultOf(tree, change))
      } catch (error) {
        for (const step of undo.reverse()) step()
        throw isMulti && isRingkeeperError(error) ? atOperation(error, index) : error
      }
    }
    this.#publish({ zxid, time, changes })
    return { zxid, results }
  }

  /**
   * Deletes containers that have become empty, and nodes past their time to live; looks only every so often. Called
   * before each request, as a timer would keep the process alive.
   */
  checkContainers(): void {
    const now = this.ports.clock.monotonic()
    if (now - this.#lastContainerCheck < this.#containerCheck) return
    this.#lastContainerCheck = now
    const wall = this.ports.clock.wall()
    const due: Change[] = []
    for (const [path, node] of this.main.tree.entries()) {
      if (node.children.size > 0) continue
      const isDue = node.kind === 'container' ? node.creates > 0 : node.kind === 'ttl' && wall - node.mtime > node.ttl
      if (isDue) due.push({ type: 'delete', path })
    }
    for (const change of due) this.#commit([change])
  }

  /** A server that stops following the leader now. */
  fallBehind(): Replica {
    const replica = new Replica(new DataTree(this.main.tree))
    this.#behind.add(replica)
    return replica
  }

  /** The server has caught up for good, or is gone. */
  forget(replica: Replica): void {
    this.#behind.delete(replica)
  }

  #commit(changes: readonly Change[]): void {
    const { tree } = this.main
    const zxid = (tree.zxid += 1n)
    const time = this.ports.clock.wall()
    for (const change of changes) tree.apply(change, zxid, time)
    this.#publish({ zxid, time, changes })
  }

  #publish(commit: { zxid: bigint; time: number; changes: readonly Change[] }): void {
    for (const replica of this.#behind) replica.receive(commit)
    this.main.announce(commit)
  }
}

function resultOf(tree: DataTree, change: Change): OperationResult {
  if (change.type === 'end-session') throw new Error('no operation ends a session')
  const { type, path } = change
  return type === 'create' || type === 'set' ? { path, stat: statOf(tree.get(path)) } : { path }
}
