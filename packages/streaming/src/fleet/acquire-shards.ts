import { deferred, isRingkeeperError, type Deferred, type Operation, type Ports, type Shard } from '@ringkeeper/core'
import type { FleetPaths } from './fleet-paths.ts'
import { HeldLease, type LeaseGround } from './held-lease.ts'
import { connected, ensureNodes, ifThere } from './session-calls.ts'
import { decodeOwnerNode, decodeShardNode, encodeOwnerNode, encodeShardNode, untouchedShard } from './shard-node.ts'
import type { ShardNode } from './shard-node.ts'

/** Shards in one transaction. */
const batchSize = 200
/** Transactions under way at one time. */
const mostFlights = 4

/** What came of the wish to own a shard. */
export type ClaimOutcome =
  | { readonly kind: 'leased'; readonly lease: HeldLease }
  /** Another session owns it; resolves when its owner node changes, which is nearly always that it is gone. */
  | { readonly kind: 'busy'; readonly changed: Promise<void> }
  /** It was read to its end; a plan that still has it is about to be replaced. */
  | { readonly kind: 'done' }

interface Claim {
  readonly shard: Shard
  readonly onFree: () => void
  readonly outcome: Deferred<ClaimOutcome>
}

/** What the nodes of a claimed shard say. */
interface Found {
  readonly owner: { readonly nonce: string; readonly session: bigint; readonly token: bigint } | undefined
  readonly node: ShardNode
  /** `undefined` when there is no node yet. */
  readonly version: number | undefined
  readonly changed: Promise<void>
}

/**
 * Acquires shards, as many as are asked for at one time together: one flush looks who owns them, one transaction takes
 * those that are free. It checks the worker's own member node, so that a worker that is out of the fleet takes nothing, and
 * writes each shard's node at the version just read, so that two who saw the same state cannot both succeed.
 */
export class ShardAcquirer {
  readonly #ground: LeaseGround
  readonly #paths: FleetPaths
  readonly #nodeId: string
  readonly #ports: Ports
  readonly #queue: Claim[] = []
  #flights = 0

  constructor(ground: LeaseGround, paths: FleetPaths, nodeId: string, ports: Ports) {
    this.#ground = ground
    this.#paths = paths
    this.#nodeId = nodeId
    this.#ports = ports
  }

  /**
   * Rejects when the session has ended, or the hold was lost before anything was sent. A lease that comes after the hold was lost is
   * a lost one, which says that the node is there.
   *
   * @param onFree - called when nobody owns the shard and it is about to be taken.
   */
  acquire(shard: Shard, onFree: () => void = () => {}): Promise<ClaimOutcome> {
    const claim: Claim = { shard, onFree, outcome: deferred() }
    this.#queue.push(claim)
    // Everything that is asked for in this turn goes together.
    if (this.#queue.length === 1) queueMicrotask(() => this.#flush())
    return claim.outcome.promise
  }

  /** What comes while much is under way is gathered; otherwise nothing waits for anything. */
  #flush(): void {
    while (this.#queue.length > 0 && this.#flights < mostFlights) {
      this.#flights += 1
      void this.#acquireOrFail(this.#queue.splice(0, batchSize)).then(() => {
        this.#flights -= 1
        this.#flush()
      })
    }
  }

  async #acquireOrFail(batch: readonly Claim[]): Promise<void> {
    try {
      await this.#acquireAll(batch)
    } catch (error) {
      for (const { outcome } of batch) outcome.reject(error)
    }
  }

  async #acquireAll(batch: readonly Claim[]): Promise<void> {
    const { session, hold } = this.#ground
    const nonce = this.#ports.random.uuid()
    let mayBeApplied = false
    for (let open = batch; ;) {
      await connected(session)
      try {
        const found = await this.#look(open, mayBeApplied)
        mayBeApplied = false
        open = open.filter((claim) => !this.#isSettled(claim, found.get(claim), nonce))
        if (open.length === 0) return
        hold.signal.throwIfAborted()
        for (const { onFree } of open) onFree()
        await this.#take(open, found, nonce)
        return
      } catch (error) {
        if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) mayBeApplied = true
        else if (isOwnMemberGone(error)) hold.nodeGone()
        else if (!isOvertaken(error)) throw error
      }
    }
  }

  /** Who owns the shards, and what their nodes say; in one flush. */
  async #look(claims: readonly Claim[], afterLostReply: boolean): Promise<ReadonlyMap<Claim, Found>> {
    const { session } = this.#ground
    // A write whose reply was lost may be committed and not yet be known to this server.
    const synced = afterLostReply ? session.sync(this.#paths.shards) : undefined
    const looks = claims.map((claim) => this.#lookAt(claim))
    const [, found] = await Promise.all([synced, Promise.all(looks)])
    return new Map(found.flatMap((each, index) => (each ? [[claims[index]!, each]] : [])))
  }

  async #lookAt({ shard, outcome }: Claim): Promise<Found | undefined> {
    const { session } = this.#ground
    const [shardPath, ownerPath] = [this.#paths.shard(shard), this.#paths.owner(shard)]
    const changed = deferred()
    const [owner, node] = await Promise.all([
      ifThere(session.get(ownerPath, { watch: () => changed.resolve() })),
      ifThere(session.get(shardPath)),
    ])
    try {
      return {
        owner: owner && {
          nonce: decodeOwnerNode(ownerPath, owner.data).nonce,
          session: owner.stat.ephemeralOwner,
          token: owner.stat.czxid,
        },
        node: node ? decodeShardNode(shardPath, node.data) : untouchedShard,
        version: node?.stat.version,
        changed: changed.promise,
      }
    } catch (error) {
      outcome.reject(error)
      return undefined
    }
  }

  /** Settles a claim that needs no transaction, or whose transaction was applied without a reply. */
  #isSettled({ shard, outcome }: Claim, found: Found | undefined, nonce: string): boolean {
    if (found === undefined) return true
    const { owner, node, version, changed } = found
    const isOurs = owner?.session === this.#ground.session.sessionId
    if (owner && !isOurs) outcome.resolve({ kind: 'busy', changed })
    else if (owner?.nonce === nonce)
      this.#leased(outcome, shard, found, { nonce, token: owner.token, version: version! })
    else if (node.isDone) outcome.resolve({ kind: 'done' })
    else return false
    return true
  }

  async #take(claims: readonly Claim[], found: ReadonlyMap<Claim, Found>, nonce: string): Promise<void> {
    const { session, hold } = this.#ground
    const unknown = claims.filter((claim) => found.get(claim)!.version === undefined)
    const topics = new Set(unknown.map(({ shard }) => this.#paths.topic(shard.topic)))
    const parents = topics.size > 0 ? [this.#paths.shards, ...topics] : []
    const operations: Operation[] = [{ type: 'check', path: hold.node }]
    const shardAt: number[] = []
    for (const claim of claims) {
      const each = found.get(claim)!
      const owner = this.#paths.owner(claim.shard)
      // Our own node of an earlier lease: a new one has a new token.
      if (each.owner) operations.push({ type: 'delete', path: owner })
      shardAt.push(operations.push(this.#writeShard(claim.shard, each, nonce)) - 1)
      const data = encodeOwnerNode({ nodeId: this.#nodeId, nonce })
      operations.push({ type: 'create', path: owner, data, mode: 'ephemeral' })
    }
    const [, { zxid, results }] = await Promise.all([ensureNodes(session, parents), session.multi(operations)])
    for (const [index, { shard, outcome }] of claims.entries()) {
      const each = found.get(claims[index]!)!
      const assumed = each.version === undefined ? 0 : each.version + 1
      const version = results[shardAt[index]!]?.stat?.version ?? assumed
      this.#leased(outcome, shard, each, { nonce, token: zxid, version })
    }
  }

  #writeShard(shard: Shard, { node, version }: Found, nonce: string): Operation {
    const path = this.#paths.shard(shard)
    const data = encodeShardNode({ ...node, lastOwner: this.#nodeId, nonce })
    return version === undefined ? { type: 'create', path, data } : { type: 'set', path, data, version }
  }

  #leased(
    outcome: Deferred<ClaimOutcome>,
    shard: Shard,
    { node }: Found,
    made: { readonly nonce: string; readonly token: bigint; readonly version: number },
  ): void {
    const lease = new HeldLease({ shard, nodeId: this.#nodeId, nextOffset: node.nextOffset, ...made }, this.#ground)
    outcome.resolve({ kind: 'leased', lease })
  }
}

/** The first operation checks the member node. */
function isOwnMemberGone(error: unknown): boolean {
  return isRingkeeperError(error, 'RK_CORE_NO_NODE') && (error.data as { index?: number }).index === 0
}

/** Somebody was faster; what is there now has to be read again. */
function isOvertaken(error: unknown): boolean {
  return ['RK_CORE_NODE_EXISTS', 'RK_CORE_BAD_VERSION', 'RK_CORE_NO_NODE'].some((code) =>
    isRingkeeperError(error, code),
  )
}
