import {
  discardNode,
  WatchQueue,
  coordinatorErrors,
  type AclEntry,
  type CallOptions,
  type Coordinator,
  type CoordinatorCapabilities,
  type Created,
  type CreateMode,
  type CreateOptions,
  type HoldOptions,
  type MultiResult,
  type NodeWatch,
  type Operation,
  type ReadOptions,
  type RingkeeperError,
  type SessionHold,
  type SessionState,
  type Stat,
  type VersionOptions,
  type WaitOptions,
} from '@ringkeeper/core'
import { zookeeperErrors } from './errors.ts'
import { invalidPath, type Chroot } from './path.ts'
import { isSequential } from './protocol/create-mode.ts'
import { addWatchRequest } from './protocol/messages/add-watch.ts'
import { createRequest, type NewNode } from './protocol/messages/create.ts'
import { deleteRequest } from './protocol/messages/delete.ts'
import { existsRequest } from './protocol/messages/exists.ts'
import { getChildrenRequest } from './protocol/messages/get-children.ts'
import { getDataRequest } from './protocol/messages/get-data.ts'
import { getEphemeralsRequest } from './protocol/messages/get-ephemerals.ts'
import { multiRequest, type Step } from './protocol/messages/multi.ts'
import { removeWatchesRequest } from './protocol/messages/remove-watches.ts'
import { setDataRequest } from './protocol/messages/set-data.ts'
import { syncRequest } from './protocol/messages/sync.ts'
import { Session } from './session/session.ts'
import type { SessionSettings } from './session/settings.ts'

const anyVersion = -1
const noData = new Uint8Array(0)

/** What a real server can do. */
const capabilities: CoordinatorCapabilities = { multi: true, persistentWatches: true, containers: true, ttl: true }

/** One session behind core's contract: checks and maps paths, and turns operations into requests. */
export class ZooKeeperClient implements Coordinator {
  readonly capabilities: CoordinatorCapabilities = capabilities
  readonly #session: Session
  readonly #chroot: Chroot
  readonly #settings: SessionSettings
  readonly #toCaller = (serverPath: string): string => this.#chroot.remove(serverPath)

  constructor(settings: SessionSettings) {
    this.#chroot = settings.chroot
    this.#settings = settings
    this.#session = new Session(settings, { check: (node) => this.#check(node), discard: (path) => this.discard(path) })
  }

  /**
   * Waits for the session's first connection.
   *
   * @param asked - the timeout that the caller gave, some of which may be over: it stands in the error.
   */
  open(options: WaitOptions, asked: number | undefined): Promise<void> {
    return this.#session.open(options, asked)
  }

  get state(): SessionState {
    return this.#session.state
  }

  get sessionId(): bigint {
    return this.#session.sessionId
  }

  get sessionTimeout(): number {
    return this.#session.sessionTimeout
  }

  states(options: CallOptions = {}): AsyncIterable<SessionState> {
    return this.#session.states.values(options)
  }

  create(path: string, data: Uint8Array = noData, options: CreateOptions = {}): Promise<Created> {
    const { mode = 'persistent', acl, ttl, signal } = options
    const invalid = invalidCreate(path, mode, ttl)
    if (invalid) return Promise.reject(invalid)
    return this.#session.send(createRequest(path, this.#newNode(path, data, mode, acl, ttl), this.#toCaller), {
      signal,
    })
  }

  get(path: string, options: ReadOptions = {}): Promise<{ readonly data: Uint8Array; readonly stat: Stat }> {
    const { watch, signal } = options
    const invalid = invalidPath(path)
    if (invalid) return Promise.reject(invalid)
    const serverPath = this.#chroot.add(path)
    const onReply = watch && (() => this.#session.watches.addOneShot('data', serverPath, watch))
    return this.#session.send(getDataRequest(path, serverPath, watch !== undefined), { signal, onReply })
  }

  set(path: string, data: Uint8Array, options: VersionOptions = {}): Promise<Stat> {
    const { version = anyVersion, signal } = options
    const invalid = invalidPath(path)
    if (invalid) return Promise.reject(invalid)
    return this.#session.send(setDataRequest(path, this.#chroot.add(path), data, version), { signal })
  }

  delete(path: string, options: VersionOptions = {}): Promise<void> {
    const { version = anyVersion, signal } = options
    const invalid = this.#invalidDelete(path)
    if (invalid) return Promise.reject(invalid)
    return this.#session.send(deleteRequest(path, this.#chroot.add(path), version), { signal })
  }

  exists(path: string, options: ReadOptions = {}): Promise<Stat | undefined> {
    const { watch, signal } = options
    const invalid = invalidPath(path)
    if (invalid) return Promise.reject(invalid)
    const serverPath = this.#chroot.add(path)
    const onReply =
      watch && ((stat?: Stat) => this.#session.watches.addOneShot(stat ? 'data' : 'exist', serverPath, watch))
    return this.#session.send(existsRequest(path, serverPath, watch !== undefined), { signal, onReply })
  }

  children(
    path: string,
    options: ReadOptions = {},
  ): Promise<{ readonly children: readonly string[]; readonly stat: Stat }> {
    const { watch, signal } = options
    const invalid = invalidPath(path)
    if (invalid) return Promise.reject(invalid)
    const serverPath = this.#chroot.add(path)
    const onReply = watch && (() => this.#session.watches.addOneShot('child', serverPath, watch))
    return this.#session.send(getChildrenRequest(path, serverPath, watch !== undefined), { signal, onReply })
  }

  multi(operations: readonly Operation[], options: CallOptions = {}): Promise<MultiResult> {
    for (const operation of operations) {
      const invalid = this.#invalidOperation(operation)
      if (invalid) return Promise.reject(invalid)
    }
    return this.#session.send(
      multiRequest(
        operations.map((operation) => this.#step(operation)),
        this.#toCaller,
      ),
      options,
    )
  }

  sync(path: string, options: CallOptions = {}): Promise<void> {
    const invalid = invalidPath(path)
    if (invalid) return Promise.reject(invalid)
    return this.#session.send(syncRequest(path, this.#chroot.add(path)), options)
  }

  async ephemerals(prefix: string, options: CallOptions = {}): Promise<readonly string[]> {
    const request = getEphemeralsRequest(prefix, this.#chroot.addToPrefix(prefix))
    const paths = await this.#session.send(request, options)
    return paths.map(this.#toCaller)
  }

  async watch(path: string, options: CallOptions & { readonly recursive?: boolean } = {}): Promise<NodeWatch> {
    const { recursive = false, signal } = options
    const invalid = invalidPath(path)
    if (invalid) throw invalid
    const { watches } = this.#session
    const serverPath = this.#chroot.add(path)
    // Where there is no connection there is no watch either: the next one sets only those still registered.
    const remove = async (): Promise<void> => {
      if (watches.remove(serverPath, watch, recursive))
        await this.#session.send(removeWatchesRequest(path, serverPath, recursive)).catch(() => {})
    }
    const watch = new WatchQueue(remove)
    const onReply = (): void => watches.add(serverPath, watch, recursive)
    watches.expect(serverPath, watch, recursive)
    try {
      await this.#session.send(addWatchRequest(path, serverPath, recursive), { signal, onReply })
      return watch
    } catch (error) {
      if (signal?.aborted) void remove()
      else watches.remove(serverPath, watch, recursive)
      throw error
    }
  }

  addAuth(scheme: string, credentials: string, options: CallOptions = {}): Promise<void> {
    return this.#session.addIdentity({ scheme, credentials }, options.signal)
  }

  hold(node: string, options?: HoldOptions): SessionHold {
    return this.#session.heartbeat.hold(node, options)
  }

  discard(path: string): void {
    void discardNode(this, path, this.#settings)
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Another session can have made a node of the same name since: that one is not ours to delete. */
  /** The heartbeat: a transaction that changes nothing. */
  #check(path: string): Promise<MultiResult> {
    const step: Step = { type: 'check', path, serverPath: this.#chroot.add(path), version: anyVersion }
    return this.#session.send(multiRequest([step], this.#toCaller), { isUrgent: true })
  }

  #invalidOperation(operation: Operation): RingkeeperError | undefined {
    if (operation.type === 'delete') return this.#invalidDelete(operation.path)
    if (operation.type !== 'create') return invalidPath(operation.path)
    return invalidCreate(operation.path, operation.mode ?? 'persistent', operation.ttl)
  }

  #invalidDelete(path: string): RingkeeperError | undefined {
    const isRoot = path === '/' && this.#chroot.add(path) === '/'
    return isRoot ? coordinatorErrors.INVALID_PATH({ path, reason: 'the root cannot be deleted' }) : invalidPath(path)
  }

  #newNode(
    path: string,
    data: Uint8Array,
    mode: CreateMode,
    acl: readonly AclEntry[] | undefined,
    ttl: number | undefined,
  ): NewNode {
    return { serverPath: this.#chroot.add(path), data, mode, acl, ttl: ttl ?? 0 }
  }

  #step(operation: Operation): Step {
    const { path } = operation
    if (operation.type === 'create') {
      const { data = noData, mode = 'persistent', acl, ttl } = operation
      return { type: 'create', path, node: this.#newNode(path, data, mode, acl, ttl) }
    }
    const { type, version = anyVersion } = operation
    const serverPath = this.#chroot.add(path)
    return type === 'set'
      ? { type, path, serverPath, data: operation.data, version }
      : { type, path, serverPath, version }
  }
}

function invalidCreate(path: string, mode: CreateMode, ttl: number | undefined): RingkeeperError | undefined {
  const invalid = invalidPath(path, isSequential(mode))
  if (invalid) return invalid
  const isTtl = mode === 'ttl' || mode === 'ttl-sequential'
  if (isTtl && !(Number.isSafeInteger(ttl) && (ttl as number) > 0))
    return zookeeperErrors.BAD_OPTION({ option: 'ttl', value: ttl, expected: 'a whole number of milliseconds above 0' })
  return undefined
}
