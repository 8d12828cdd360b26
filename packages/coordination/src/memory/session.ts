import {
  discardNode,
  checkPath,
  SessionHeartbeat,
  type CallOptions,
  type Coordinator,
  type CoordinatorCapabilities,
  type Created,
  type CreateOptions,
  type HoldOptions,
  type MultiResult,
  type NodeWatch,
  type Operation,
  type OperationResult,
  type Ports,
  type ReadOptions,
  type SessionHold,
  type SessionState,
  type Stat,
  type VersionOptions,
} from '@ringkeeper/core'
import { identify, requirePermission } from './access.ts'
import type { Ensemble } from './ensemble.ts'
import { EventQueue } from './event-queue.ts'
import { SessionFaults } from './faults.ts'
import { statOf } from './node.ts'
import { SessionLink, type LinkRequest } from './session-link.ts'
import { Stallable } from './stallable.ts'
import { Watchers } from './watchers.ts'

const capabilities: CoordinatorCapabilities = { multi: true, persistentWatches: true, containers: true, ttl: true }

/** How a session is made. */
export interface SessionSetup {
  readonly ports: Ports
  /** Whether the ports are the session's own, so that every turn of it must be one of their timers. */
  readonly hasOwnPorts: boolean
  readonly sessionTimeout: number
  /** The session is over, as its client has heard. */
  readonly ended: () => void
}

/** A session on a {@link MemoryTree}, with faults for tests. */
export class MemorySession implements Coordinator {
  readonly capabilities: CoordinatorCapabilities = capabilities
  /** Trouble for this session. */
  readonly faults: SessionFaults
  /** Settles when the session is connected for the first time. */
  readonly opened: Promise<void>
  readonly #ensemble: Ensemble
  readonly #ports: Ports
  readonly #link: SessionLink
  readonly #heartbeat: SessionHeartbeat
  readonly #watchers: Watchers

  constructor(ensemble: Ensemble, setup: SessionSetup) {
    const { ports, sessionTimeout } = setup
    const stallable = new Stallable(ports, setup.hasOwnPorts)
    this.#ensemble = ensemble
    this.#ports = ports
    this.#watchers = new Watchers(ports.logger)
    this.#heartbeat = new SessionHeartbeat(this.#heartbeatSession(), ports.clock, stallable)
    this.#link = new SessionLink(ensemble, {
      ports,
      stallable,
      sessionTimeout,
      watchers: this.#watchers,
      connected: (sentAt, timeout) => this.#heartbeat.connected(sentAt, timeout),
      suspended: () => this.#heartbeat.suspended(),
      ended: (state) => {
        this.#heartbeat.ended(state === 'closed' ? 'the session was closed' : 'the session has expired')
        setup.ended()
      },
    })
    this.faults = new SessionFaults(ensemble, this.#link, stallable)
    this.opened = this.#link.opened.promise
  }

  get state(): SessionState {
    return this.#link.state.value
  }

  get sessionId(): bigint {
    return this.#link.server?.id ?? 0n
  }

  get sessionTimeout(): number {
    return this.#link.server?.timeout ?? 0
  }

  states(options?: CallOptions): AsyncIterable<SessionState> {
    return this.#link.state.values(options)
  }

  create(path: string, data?: Uint8Array, options: CreateOptions = {}): Promise<Created> {
    const { signal, ...rest } = options
    const operation: Operation = { type: 'create', path, ...(data && { data }), ...rest }
    return this.#write(`create ${path}`, operation, signal, (result) => result as Created)
  }

  set(path: string, data: Uint8Array, options: VersionOptions = {}): Promise<Stat> {
    const operation: Operation = { type: 'set', path, data, ...version(options) }
    return this.#write(`set ${path}`, operation, options.signal, ({ stat }) => stat as Stat)
  }

  delete(path: string, options: VersionOptions = {}): Promise<void> {
    return this.#write(`delete ${path}`, { type: 'delete', path, ...version(options) }, options.signal, () => {})
  }

  multi(operations: readonly Operation[], options: CallOptions = {}): Promise<MultiResult> {
    return this.#multi(`multi of ${operations.length}`, operations, options.signal)
  }

  get(path: string, options: ReadOptions = {}): Promise<{ data: Uint8Array; stat: Stat }> {
    return this.#read('get', path, options, {
      run: (session) => {
        const node = session.replica.tree.get(path)
        requirePermission(node, 'read', session.identities, path)
        if (options.watch) session.watches.addOneShot('data', path)
        return { data: node.data.slice(), stat: statOf(node) }
      },
      received: () => this.#addWatcher('data', path, options),
    })
  }

  exists(path: string, options: ReadOptions = {}): Promise<Stat | undefined> {
    return this.#read('exists', path, options, {
      run: (session) => {
        const node = session.replica.tree.find(path)
        if (options.watch) session.watches.addOneShot('data', path)
        return node && statOf(node)
      },
      received: (stat) => this.#addWatcher(stat ? 'data' : 'exists', path, options),
    })
  }

  children(path: string, options: ReadOptions = {}): Promise<{ children: readonly string[]; stat: Stat }> {
    return this.#read('children', path, options, {
      run: (session) => {
        const node = session.replica.tree.get(path)
        requirePermission(node, 'read', session.identities, path)
        if (options.watch) session.watches.addOneShot('child', path)
        return { children: [...node.children].sort(), stat: statOf(node) }
      },
      received: () => this.#addWatcher('child', path, options),
    })
  }

  sync(path: string, options: CallOptions = {}): Promise<void> {
    return this.#link.request({
      operation: `sync ${path}`,
      kind: 'sync',
      signal: options.signal,
      run: () => checkPath(path),
    })
  }

  ephemerals(prefix: string, options: CallOptions = {}): Promise<readonly string[]> {
    return this.#link.request({
      operation: `ephemerals ${prefix}`,
      kind: 'read',
      signal: options.signal,
      run: ({ id, replica }) => replica.tree.ephemeralsOf(id).filter((path) => path.startsWith(prefix)),
    })
  }

  async watch(path: string, options: CallOptions & { readonly recursive?: boolean } = {}): Promise<NodeWatch> {
    const isRecursive = options.recursive ?? false
    const queue = new EventQueue(path, isRecursive, (closed) => this.#unwatch(closed))
    this.#watchers.expectQueue(queue)
    try {
      return await this.#read('watch', path, options, {
        run: (session) => {
          session.watches.addPersistent(path, isRecursive)
          return queue
        },
        received: () => this.#watchers.addQueue(queue),
      })
    } catch (error) {
      // The server may have set it all the same.
      if (options.signal?.aborted) this.#unwatch(queue)
      else this.#watchers.removeQueue(queue)
      throw error
    }
  }

  addAuth(scheme: string, credentials: string, options: CallOptions = {}): Promise<void> {
    return this.#link.request({
      operation: `addAuth ${scheme}`,
      kind: 'read',
      signal: options.signal,
      // Kept by the server's side of the session, which is what sending it again on each reconnect comes to.
      run: (session) => void (session.identities = [...session.identities, identify(scheme, credentials)]),
    })
  }

  hold(node: string, options?: HoldOptions): SessionHold {
    return this.#heartbeat.hold(node, options)
  }

  discard(path: string): void {
    void discardNode(this, path, this.#ports)
  }

  close(): Promise<void> {
    return this.#link.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #heartbeatSession(): ConstructorParameters<typeof SessionHeartbeat>[0] {
    const sessionId = (): bigint => this.sessionId
    return {
      get sessionId(): bigint {
        return sessionId()
      },
      check: (node) => this.#multi('heartbeat', [{ type: 'check', path: node }], undefined, true),
      discard: (path) => this.discard(path),
    }
  }

  #write<T>(
    operation: string,
    step: Operation,
    signal: AbortSignal | undefined,
    pick: (result: OperationResult) => T,
  ): Promise<T> {
    const run: LinkRequest<T>['run'] = (session) =>
      pick(this.#ensemble.write(session, [step], false).results[0] as OperationResult)
    return this.#link.request({ operation, kind: 'write', signal, run })
  }

  #multi(
    operation: string,
    steps: readonly Operation[],
    signal?: AbortSignal,
    isInternal = false,
  ): Promise<MultiResult> {
    const run: LinkRequest<MultiResult>['run'] = (session) => this.#ensemble.write(session, steps, true)
    return this.#link.request({ operation, kind: 'write', signal, isInternal, run })
  }

  #read<T>(
    verb: string,
    path: string,
    options: CallOptions,
    { run, received }: Required<Pick<LinkRequest<T>, 'run' | 'received'>>,
  ): Promise<T> {
    const check: LinkRequest<T>['run'] = (session) => {
      checkPath(path)
      return run(session)
    }
    return this.#link.request({
      operation: `${verb} ${path}`,
      kind: 'read',
      signal: options.signal,
      run: check,
      received,
    })
  }

  #addWatcher(kind: 'data' | 'exists' | 'child', path: string, { watch }: ReadOptions): void {
    if (watch) this.#watchers.addOneShot(kind, path, watch)
  }

  #unwatch(queue: EventQueue): void {
    if (this.#watchers.removeQueue(queue) || this.state !== 'connected') return
    const { path, isRecursive } = queue
    const run = (session: NonNullable<SessionLink['server']>): void =>
      session.watches.removePersistent(path, isRecursive)
    // When it fails the connection is gone, and the watch with it.
    this.#link.request({ operation: `unwatch ${path}`, kind: 'read', isInternal: true, run }).catch(() => {})
  }
}

function version({ version }: VersionOptions): { version?: number } {
  return version === undefined ? {} : { version }
}
