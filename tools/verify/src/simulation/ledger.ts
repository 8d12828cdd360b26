import { shardKey, type Shard } from '@ringkeeper/core'
import type { SimulatedRecord } from './records.ts'

/** One record that reached the other side of a sink. */
export interface Arrival {
  readonly shard: string
  readonly offset: number
  readonly target: string
  readonly token: bigint
}

/**
 * - `lost`: a position is kept beyond a record that has not left, or a record never leaves
 * - `two owners`: somebody writes who is not the newest owner
 * - `order`: records of a key arrive out of order
 * - `unowned`: a shard is left without a worker
 * - `failed`: a worker gives up, or does not come to an end
 */
export type ViolationKind = 'lost' | 'two owners' | 'order' | 'unowned' | 'failed'

/** A broken promise. */
export interface Violation {
  readonly kind: ViolationKind
  readonly what: string
}

/**
 * Sees every record that leaves, every owner and every position, and says which promise is broken first: a record that is skipped, a
 * former owner that writes, records of a key out of order.
 */
export class Ledger {
  readonly #logs: ReadonlyMap<string, readonly SimulatedRecord[]>
  readonly #left = new Map<string, Set<number>>()
  /** Per shard, the newest owner's token. */
  readonly #owners = new Map<string, bigint>()
  /** Per shard, the position that the newest owner found in its node. */
  readonly #nodes = new Map<string, number>()
  /** Per shard and key, the highest offset that has arrived. */
  readonly #newest = new Map<string, number>()
  #violation: Violation | undefined
  duplicates = 0
  /** An operator deletes nodes, whoever stands on them. */
  operatorActs = false

  constructor(logs: ReadonlyMap<string, readonly SimulatedRecord[]>) {
    this.#logs = logs
  }

  /** The first broken promise. */
  get violation(): Violation | undefined {
    return this.#violation
  }

  break(kind: ViolationKind, what: string): void {
    this.#violation ??= { kind, what }
  }

  /** How many records have not left yet. */
  get missing(): number {
    let missing = 0
    for (const [shard, log] of this.#logs) missing += log.length - (this.#left.get(shard)?.size ?? 0)
    return missing
  }

  /** A reader starts where the shard's node says, or later. */
  opened(shard: Shard, position: number): void {
    const known = this.#nodes.get(shardKey(shard)) ?? 0
    if (position < known)
      this.break('order', `${shardKey(shard)} is read from ${position}, though its node says ${known}`)
    this.position(shard, position, 'the reader')
  }

  owned(shard: Shard, token: bigint, nextOffset: number | undefined): void {
    const key = shardKey(shard)
    const former = this.#owners.get(key) ?? 0n
    if (token <= former) this.break('two owners', `${key} has a new owner with token ${token}, not above ${former}`)
    this.#owners.set(key, token)
    this.#nodes.set(key, nextOffset ?? 0)
    if (nextOffset !== undefined) this.position(shard, nextOffset, "the shard's node")
  }

  /** Nothing below a position that is kept anywhere may be missing. */
  position(shard: Shard, position: number, where: string): void {
    const key = shardKey(shard)
    const left = this.#left.get(key)
    for (let offset = 0; offset < position; offset += 1) {
      if (!left?.has(offset)) return this.break('lost', `${key}: ${where} says ${position}, but ${offset} has not left`)
    }
  }

  /** Somebody has deleted or written a node of a lease that was safe. */
  touched(what: string): void {
    if (!this.operatorActs) this.break('two owners', what)
  }

  arrived({ shard, offset, target, token }: Arrival): void {
    const owner = this.#owners.get(shard) ?? 0n
    if (token !== owner)
      this.break('two owners', `${shard}: ${offset} came with token ${token}, when the owner had ${owner}`)
    let left = this.#left.get(shard)
    if (!left) this.#left.set(shard, (left = new Set()))
    if (left.has(offset)) {
      this.duplicates += 1
      return
    }
    left.add(offset)
    const { key, isPoison } = this.#logs.get(shard)![offset]!
    if (isPoison !== (target === 'dead')) this.break('failed', `${shard}: ${offset} went to ${target}`)
    if (key === '' || isPoison) return
    const id = `${shard} ${key}`
    const newest = this.#newest.get(id) ?? -1
    if (offset < newest) this.break('order', `${shard}: ${offset} of key ${key} came after ${newest}`)
    this.#newest.set(id, Math.max(newest, offset))
  }
}
