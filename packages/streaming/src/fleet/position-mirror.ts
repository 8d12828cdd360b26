import { deferred, errorFields, isRingkeeperError, type Coordinator, type Deferred, type Ports } from '@ringkeeper/core'
import type { FleetPaths } from './fleet-paths.ts'
import type { HeldLease } from './held-lease.ts'
import { connected, ifThere, isSessionOver } from './session-calls.ts'
import { decodeShardNode, encodeShardNode } from './shard-node.ts'

/** Positions in one transaction. */
const batchSize = 500

interface Entry {
  readonly lease: HeldLease
  position: number
  readonly written: Deferred<void>
}

/**
 * Writes the positions of owned shards to their nodes, many in one transaction and not more often than every `interval`
 * milliseconds: whoever opens a shard next starts there when it finds no later commit.
 */
export class PositionMirror {
  readonly #session: Coordinator
  readonly #paths: FleetPaths
  readonly #ports: Ports
  readonly #interval: number
  readonly #pending = new Map<HeldLease, Entry>()
  readonly #underWay = new Set<HeldLease>()
  #flight: Promise<void> = Promise.resolve()
  #cancelTimer: (() => void) | undefined

  constructor(session: Coordinator, paths: FleetPaths, ports: Ports, interval: number) {
    this.#session = session
    this.#paths = paths
    this.#ports = ports
    this.#interval = interval
  }

  /** Takes part in the next transaction, in place of an earlier position that is still waiting. */
  put(lease: HeldLease, position: number): Promise<void> {
    if (!lease.isHeld()) return Promise.reject(lease.lost('it is not held at this moment'))
    let entry = this.#pending.get(lease)
    if (entry) entry.position = position
    else this.#pending.set(lease, (entry = { lease, position, written: deferred() }))
    this.#cancelTimer ??= this.#ports.timers.set(this.#interval, () => {
      this.#cancelTimer = undefined
      this.#flight = this.#flight.then(() => this.#flush())
    })
    return entry.written.promise
  }

  /** Drops what waits for a lease that is given back (its release writes a later position) and waits for what is under way. */
  async settled(lease: HeldLease): Promise<void> {
    this.#pending.get(lease)?.written.resolve()
    this.#pending.delete(lease)
    while (this.#underWay.has(lease)) await this.#flight
  }

  /** Cancels the timer; positions that wait are not written. */
  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    for (const { lease, written } of this.#pending.values()) written.reject(lease.lost('the worker has stopped'))
    this.#pending.clear()
  }

  async #flush(): Promise<void> {
    const entries = [...this.#pending.values()]
    this.#pending.clear()
    for (const { lease } of entries) this.#underWay.add(lease)
    for (let at = 0; at < entries.length; at += batchSize) {
      const batch = entries.slice(at, at + batchSize)
      try {
        await this.#write(batch)
      } catch (error) {
        for (const { written } of batch) written.reject(error)
        if (!isSessionOver(error)) this.#ports.logger.warn('positions were not mirrored', errorFields(error))
      }
    }
    for (const { lease } of entries) this.#underWay.delete(lease)
  }

  async #write(batch: readonly Entry[]): Promise<void> {
    let mayBeApplied = false
    for (let open = batch; ;) {
      await connected(this.#session)
      try {
        if (mayBeApplied) open = await this.#reread(open)
        mayBeApplied = false
        open = open.filter(stillHeld)
        if (open.length === 0) return
        const { results } = await this.#session.multi(open.map((entry) => this.#set(entry)))
        for (const [index, entry] of open.entries()) written(entry, results[index]?.stat?.version)
        return
      } catch (error) {
        if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) mayBeApplied = true
        else if (!loseFailed(open, error)) throw error
      }
    }
  }

  #set({ lease, position }: Entry): { type: 'set'; path: string; data: Uint8Array; version: number } {
    const data = encodeShardNode({
      lastOwner: lease.fence.worker,
      nonce: lease.nonce,
      nextOffset: position,
      isDone: false,
    })
    return { type: 'set', path: this.#paths.shard(lease.shard), data, version: lease.version }
  }

  /** After a lost reply: what was written is recognised by the lease's nonce; gives those that were not. */
  async #reread(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const paths = entries.map(({ lease }) => this.#paths.shard(lease.shard))
    const [, ...answers] = await Promise.all([
      this.#session.sync(this.#paths.shards),
      ...paths.map((path) => ifThere(this.#session.get(path))),
    ])
    return entries.filter((entry, index) => {
      const answer = answers[index]
      const node = answer && decodeShardNode(paths[index]!, answer.data)
      if (node?.nonce !== entry.lease.nonce) return true
      entry.lease.version = answer!.stat.version
      if (node.nextOffset !== entry.position) return true
      written(entry, answer!.stat.version)
      return false
    })
  }
}

function written({ lease, position, written: { resolve } }: Entry, version: number = lease.version + 1): void {
  lease.version = version
  lease.position = position
  resolve()
}

function stillHeld({ lease, written: { reject } }: Entry): boolean {
  if (lease.isHeld()) return true
  reject(lease.lost('it is not held at this moment'))
  return false
}

/** A version that is not ours: somebody else has written the shard's node, so the lease is not worth anything. */
function loseFailed(entries: readonly Entry[], error: unknown): boolean {
  if (!isRingkeeperError(error, 'RK_CORE_BAD_VERSION') && !isRingkeeperError(error, 'RK_CORE_NO_NODE')) return false
  const failed = entries[(error.data as { index?: number }).index ?? 0]
  failed?.lease.lose("its shard's node was changed by somebody else", error)
  return failed !== undefined
}
