import type { MemorySession } from '@ringkeeper/coordination'
import { ensureNode, isRingkeeperError, shardKey, type Shard } from '@ringkeeper/core'
import { fleetPaths, readFleet, type Plan } from '@ringkeeper/streaming'
import type { Ledger } from './ledger.ts'
import type { Verdict } from './verdict.ts'

/** A lease as the tree shows it. */
export interface TreeLease {
  readonly token: bigint
  readonly worker: string
  readonly session: bigint
  readonly since: number
  /** Whether every plan since then gives the shard to this worker. */
  isPlanned: boolean
}

/** What the tree shows of one shard. */
export interface TreeShard {
  lease: TreeLease | undefined
  /** When the last lease ended. */
  freeSince: number
  /** When the plan gave it to whom it is planned for now. */
  plannedSince: number
  /** The position in its node. */
  nextOffset: number
  /** Whether an operator has set its position back. */
  isReset: boolean
}

/** For whoever wants to know more. */
export interface TreeHooks {
  /** An owner node was deleted. */
  readonly onEnd: (shard: Shard, lease: TreeLease) => void
}

const decoder = new TextDecoder()
export const root = '/ringkeeper'
export const pipeline = 'simulation'
export const paths = fleetPaths(root, pipeline)

/**
 * An observer on the tree, who hears of each change before any worker can: who owns which shard, which positions are kept there, and
 * what the newest plan says.
 */
export class TreeWatch {
  readonly shards = new Map<string, TreeShard>()
  /** The members' ids, and since when they are these. */
  readonly members = new Set<string>()
  membersSince = 0
  plan: Plan | undefined
  readonly #session: MemorySession
  readonly #now: () => number
  readonly #ledger: Ledger
  readonly #verdict: Verdict
  readonly #hooks: TreeHooks

  constructor(session: MemorySession, now: () => number, ledger: Ledger, verdict: Verdict, hooks: TreeHooks) {
    this.#session = session
    this.#now = now
    this.#ledger = ledger
    this.#verdict = verdict
    this.#hooks = hooks
  }

  /** Watches until the simulation ends. */
  async run(): Promise<void> {
    await ensureNode(this.#session, paths.base)
    const events = await this.#session.watch(paths.base, { recursive: true })
    for await (const { type, path } of events) {
      if (type === 'resync') await this.#readAll()
      else await this.#changed(type, path)
    }
  }

  shard(key: string): TreeShard {
    let shard = this.shards.get(key)
    if (!shard)
      this.shards.set(
        key,
        (shard = {
          lease: undefined,
          freeSince: this.#now(),
          plannedSince: this.#now(),
          nextOffset: 0,
          isReset: false,
        }),
      )
    return shard
  }

  /** Which worker should own a shard. */
  plannedOwner(key: string): string | undefined {
    return this.plan?.owners.get(key)
  }

  async #changed(type: string, path: string): Promise<void> {
    if (path === paths.plan) return await this.#readPlan()
    if (path.startsWith(`${paths.members}/`)) return this.#memberChanged(type, path.slice(paths.members.length + 1))
    const isOwner = path.endsWith('/owner')
    const shard = paths.shardAt(isOwner ? path.slice(0, -'/owner'.length) : path)
    if (!shard) return
    if (isOwner && type === 'deleted') this.#ended(shard)
    else if (isOwner) await this.#readOwner(shard)
    else await this.#readNode(shard)
  }

  #memberChanged(type: string, id: string): void {
    if (type === 'created') this.members.add(id)
    if (type === 'deleted') this.members.delete(id)
    if (type !== 'changed') this.membersSince = this.#now()
  }

  async #readOwner(shard: Shard): Promise<void> {
    const node = await this.#read(paths.owner(shard))
    const key = shardKey(shard)
    if (!node || this.shard(key).lease?.token === node.stat.czxid) return
    const worker = String((JSON.parse(decoder.decode(node.data)) as { nodeId?: unknown }).nodeId)
    const token = node.stat.czxid
    this.#verdict.trace(() => `tree: ${worker} owns ${key} with token ${token}`)
    this.shard(key).lease = {
      token,
      worker,
      session: node.stat.ephemeralOwner,
      since: this.#now(),
      isPlanned: this.plannedOwner(key) === worker,
    }
    this.#ledger.leased(key, token)
    const member = await this.#read(paths.member(worker))
    if (member?.stat.ephemeralOwner === node.stat.ephemeralOwner) return
    this.#verdict.break('two owners', `${worker} owns ${key}, and its member node is not its own`)
  }

  #ended(shard: Shard): void {
    const key = shardKey(shard)
    const entry = this.shard(key)
    const { lease } = entry
    if (!lease) return
    entry.lease = undefined
    entry.freeSince = this.#now()
    this.#verdict.trace(() => `tree: ${key} is free, ${lease.worker} had it with token ${lease.token}`)
    this.#hooks.onEnd(shard, lease)
  }

  async #readNode(shard: Shard): Promise<void> {
    const node = await this.#read(paths.shard(shard))
    if (!node || node.data.length === 0) return
    const { nextOffset } = JSON.parse(decoder.decode(node.data)) as { nextOffset?: number }
    if (nextOffset === undefined) return
    const key = shardKey(shard)
    const entry = this.shard(key)
    if (nextOffset !== entry.nextOffset) this.#verdict.trace(() => `tree: ${key} is kept at ${nextOffset}`)
    if (nextOffset < entry.nextOffset && !entry.isReset) {
      this.#verdict.break('duplicates', `the node of ${key} goes back from ${entry.nextOffset} to ${nextOffset}`)
    }
    entry.nextOffset = nextOffset
    this.#ledger.begun(key, nextOffset)
    this.#ledger.kept(key, nextOffset, "the shard's node says")
  }

  async #readPlan(): Promise<void> {
    const fleet = await readFleet(this.#session, root, pipeline).catch((error: unknown) => {
      if (!isRingkeeperError(error)) throw error
      return undefined
    })
    const plan = fleet?.plan
    if (!plan) return
    const before = this.plan
    this.plan = plan
    if (before) this.#checkMoves(before, plan)
    for (const [key, owner] of plan.owners) {
      if (before?.owners.get(key) !== owner) this.shard(key).plannedSince = this.#now()
    }
    const owners = (): string => [...plan.owners].map(([key, id]) => `${key.split('/')[1]}:${id}`).join(' ')
    this.#verdict.trace(() => `tree: plan ${plan.version} by ${plan.leader}: ${owners()}`)
    for (const [key, { lease }] of this.shards)
      if (lease && plan.owners.get(key) !== lease.worker) lease.isPlanned = false
  }

  /** As few shards move as the numbers allow: nobody who stays gives some away and takes others. */
  #checkMoves(before: Plan, { members, shards, owners, version }: Plan): void {
    if (before.isPaused) return
    const known = new Set(shards.map(shardKey))
    for (const { id } of members) {
      const given = [...before.owners].some(([key, owner]) => owner === id && known.has(key) && owners.get(key) !== id)
      const isTaken = [...owners].some(([key, owner]) => owner === id && before.owners.get(key) !== id)
      const isStaying = before.members.some((member) => member.id === id)
      if (isStaying && given && isTaken) {
        this.#verdict.break('paused', `plan ${version} moves shards both to and from ${id}`)
      }
    }
  }

  /** Changes may have been missed: what is there now counts, and nobody is blamed for what went. */
  async #readAll(): Promise<void> {
    await this.#readPlan()
    const { children } = await this.#session.children(paths.members)
    this.members.clear()
    for (const id of children) this.members.add(id)
    this.membersSince = this.#now()
    for (const key of this.shards.keys()) {
      const [topic = '', partition] = key.split('/')
      const shard = { topic, partition: Number(partition) }
      const owner = await this.#read(paths.owner(shard))
      const entry = this.shard(key)
      if (entry.lease && owner?.stat.czxid !== entry.lease.token) entry.lease = undefined
      await this.#readOwner(shard)
      await this.#readNode(shard)
    }
  }

  async #read(path: string): Promise<Awaited<ReturnType<MemorySession['get']>> | undefined> {
    try {
      return await this.#session.get(path)
    } catch (error) {
      if (!isRingkeeperError(error)) throw error
      return undefined
    }
  }
}
