import {
  deferred,
  ensureNode,
  isRingkeeperError,
  Latest,
  shardKey,
  sleep,
  waitFor,
  type Coordinator,
  type Deferred,
  type Shard,
} from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { ShardAcquirer } from './acquire-shards.ts'
import { checkConfig } from './check-config.ts'
import { aborted, Deadline } from './deadline.ts'
import { enterFleet } from './enter-fleet.ts'
import { defaultServerTick, type FleetOptions, type FleetStatus } from './fleet-options.ts'
import { fleetPaths, type FleetPaths } from './fleet-paths.ts'
import { GatheredMultis } from './gathered-multis.ts'
import { takePartInElection, type Leadership } from './lead.ts'
import { encodeMemberNode, type FleetMember, type FleetMemberView, type MemberNode } from './member-node.ts'
import type { Plan } from './plan.ts'
import { outOfReach } from './out-of-reach.ts'
import { PositionMirror } from './position-mirror.ts'
import { ensureNodes, ifThere, isSessionEnded, isSessionOver, persistently } from './session-calls.ts'
import { keepSession } from './session-keeper.ts'
import type { Tenure } from './shard-task.ts'
import { ShardTasks } from './shard-tasks.ts'
import { Touch } from './touch.ts'
import { followMembers, followPlan } from './views.ts'

const defaultConnectTimeout = 30_000
/** Milliseconds in which those who were given shards take them. */
const TAKE_OVER_TIME = 150

/**
 * A worker's place in the fleet of a pipeline; made by `joinFleet`. It reconnects by itself, with a new session when the old
 * one has expired; shards that it owned are fenced before anybody else can have them.
 */
export class Fleet implements AsyncDisposable {
  readonly #options: FleetOptions
  readonly #paths: FleetPaths
  readonly #tasks: ShardTasks
  readonly #touch: Touch
  readonly #running: Promise<void>
  readonly #joined: Deferred<void> = deferred()
  readonly #done: Deferred<void> = deferred()
  readonly #closing = new AbortController()
  /** Aborts when drains are to be cut short. */
  readonly #hurry = new AbortController()
  /** Aborts when nobody waits for the end of leaving any more. */
  readonly #giveUp = new AbortController()
  /** Counts changes, for those who wait for one. */
  readonly #changes = new Latest(0)
  #member: FleetMember
  #session: Coordinator | undefined
  #tenure: Tenure | undefined
  #incarnation = 0n
  #plan: Plan | undefined
  #members: readonly FleetMemberView[] = []
  #leadership: Leadership = { leaderId: undefined, isLeader: false }
  #isDraining = false
  /** The plan is not followed any more: everything is given back. */
  #refusesAll = false
  #leaving: Promise<void> | undefined

  constructor(options: FleetOptions) {
    const { ports, host, drainTimeout } = options
    this.#options = options
    this.#member = options.member
    this.#touch = new Touch(ports.logger)
    this.#paths = fleetPaths(options.root, options.pipeline)
    const onState: FleetOptions['onShardState'] = (shard, state) => {
      options.onShardState?.(shard, state)
      this.#changed()
    }
    const context = { paths: this.#paths, host, ports, drainTimeout, hurry: this.#hurry.signal, onState }
    this.#tasks = new ShardTasks(context, (_, error) => this.#fail(error))
    this.#running = this.#run()
  }

  /** Resolves when the worker is a member and has read the plan. */
  joined(signal?: AbortSignal): Promise<void> {
    const never = (): Error => new Error('there is no timeout')
    return waitFor(this.#joined.promise, { signal }, this.#options.ports.timers, never)
  }

  /**
   * Resolves when this worker has left, which it does by itself when a bounded source is read to its end by all; rejects with the
   * coded error of what an operator must see, such as a shard that cannot go on. Then leave.
   */
  get done(): Promise<void> {
    return this.#done.promise
  }

  /** Whether the worker gives its shards away. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  /** What the worker knows at this moment. */
  status(): FleetStatus {
    const plan = this.#plan
    const session = this.#session
    return {
      nodeId: this.#options.nodeId,
      sessionId: session && !isSessionEnded(session) ? `0x${session.sessionId.toString(16)}` : undefined,
      isJoined: this.#tenure !== undefined,
      isDraining: this.#isDraining,
      ...this.#leadership,
      members: this.#members,
      plan: plan && {
        version: plan.version,
        isPaused: plan.isPaused,
        isFinished: plan.isFinished,
        shards: plan.shards.length,
        unowned: plan.shards.length - plan.owners.size,
      },
      shards: this.#tasks.status,
    }
  }

  /** The status now and after each change, coalesced to the latest. */
  async *statuses(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<FleetStatus> {
    for await (const _ of this.#changes.values(options)) yield this.status()
  }

  /** Shows the others another checksum of the targets: at once, or when they can be reached again. */
  showTargets(targets: string): void {
    this.#member = { ...this.#member, targets }
    if (this.#tenure) void this.#showMember(this.#tenure)
  }

  /**
   * Leaves: tells the others, lets the plan move the shards away, drains, commits and releases each of them, and closes the
   * session. Drains are cut short after the drain timeout; from then on a coordinator that is away is not waited for.
   *
   * @param options - `signal`: stops the waiting, also that of an earlier call. What is not settled then keeps its owner node until the session expires
   * after the end of the process.
   * @throws RK_STREAMING_LEAVE_UNFINISHED when the signal aborted before everything was settled
   */
  leave(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options
    if (signal) void aborted(signal).then(() => this.#giveUp.abort(signal.reason))
    this.#leaving ??= this.#leave(this.#giveUp.signal)
    return this.#leaving
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave()
  }

  async #leave(signal: AbortSignal): Promise<void> {
    const { drainTimeout, ports } = this.#options
    this.#isDraining = true
    this.#changed()
    if (this.#session?.state === 'suspended') this.#touch.leaving()
    using patience = new Deadline(drainTimeout / 2, ports.timers, signal)
    using limit = new Deadline(drainTimeout, ports.timers, signal)
    limit.signal.addEventListener('abort', () => this.#hurry.abort(), { once: true })
    if (this.#tenure) await Promise.race([this.#planWithoutUs(), aborted(patience.signal)])
    this.#refusesAll = true
    this.#followPlan()
    const handsOver = this.#tasks.status.length > 0 && this.#members.some(({ id }) => id !== this.#options.nodeId)
    const isSettled = (): Promise<unknown> => this.#changes.until(() => this.#tasks.unsettled.length === 0)
    const outOfTouch = outOfReach(() => this.#session, isSettled, limit.signal).then(() => {
      if (!this.#closing.signal.aborted) this.#touch.left()
    })
    await Promise.race([this.#tasks.whenIdle(), outOfTouch, aborted(signal)])
    const { unsettled } = this.#tasks
    // The end of a session has everybody busy, who should be taking the shards first.
    if (handsOver && this.#session?.state === 'connected')
      await sleep(TAKE_OVER_TIME, ports.timers, limit.signal).catch(() => {})
    this.#closing.abort()
    // A session with unsettled writes goes on: its end would let others write to the same places.
    if (unsettled.length > 0) {
      const error = streamingErrors.LEAVE_UNFINISHED({ shards: unsettled })
      this.#done.reject(error)
      throw error
    }
    await Promise.all([this.#session?.close(), this.#running])
    // It may have been opened in this moment.
    await this.#session?.close()
    this.#done.resolve()
    this.#changes.close()
  }

  /** Says that this worker is leaving, and waits until the plan gives it nothing. */
  async #planWithoutUs(): Promise<void> {
    const session = this.#session
    if (!session) return
    try {
      const node = encodeMemberNode(this.#memberNode(session))
      await persistently(session, () => session.set(this.#paths.member(this.#options.nodeId), node))
      await this.#changes.until(() => this.#tasks.isUnwanted)
    } catch (error) {
      // Without a session there is nothing to hand over.
      if (!isSessionOver(error) && !isRingkeeperError(error, 'RK_CORE_NO_NODE')) this.#fail(error)
    }
  }

  async #run(): Promise<void> {
    const { backend, sessionTimeout, ports, connectTimeout = defaultConnectTimeout } = this.#options
    const signal = this.#closing.signal
    try {
      await keepSession({ backend, sessionTimeout, connectTimeout, ports, signal }, (session) =>
        this.#useSession(session),
      )
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    }
  }

  async #useSession(session: Coordinator): Promise<void> {
    const { base, config, members, plan, shards, control } = this.#paths
    this.#session = session
    try {
      await persistently(session, () => ensureNode(session, base))
      await persistently(session, () => ensureNodes(session, [members, plan, shards, control]))
      await checkConfig(session, config, this.#options.config)
      while (!isSessionEnded(session) && !this.#closing.signal.aborted) await this.#serve(session)
    } catch (error) {
      if (!isSessionOver(error) && !this.#closing.signal.aborted) throw error
    }
  }

  /** Serves as a member until the hold on the member node is lost. */
  async #serve(session: Coordinator): Promise<void> {
    const { nodeId, ports, mirrorInterval, serverTick = defaultServerTick } = this.#options
    const path = this.#paths.member(nodeId)
    const node = this.#memberNode(session)
    const { czxid } = await enterFleet(session, {
      nodeId,
      path,
      node,
      serverTick,
      ports,
      signal: this.#closing.signal,
    })
    this.#incarnation = czxid
    // The name of the node is used again: a late delete would hit the next one.
    const hold = session.hold(path, { discardWhenLost: false })
    const mirror = new PositionMirror(session, this.#paths, ports, mirrorInterval)
    const ground = { session, hold, mirror, multis: new GatheredMultis(session) }
    try {
      await this.#work({ ...ground, acquirer: new ShardAcquirer(ground, this.#paths, nodeId, ports) })
    } finally {
      this.#tenure = undefined
      if (!this.#closing.signal.aborted) this.#touch.lost()
      this.#followPlan()
      mirror.stop()
    }
  }

  async #work(tenure: Tenure): Promise<void> {
    const { hold } = tenure
    const signal = AbortSignal.any([this.#closing.signal, hold.signal])
    for await (const state of hold.states({ signal })) if (state === 'held') break
    if (signal.aborted) return
    // Whoever leaves keeps no shard.
    if (!this.#isDraining) this.#touch.found()
    // One that fails does not take the shards away: whoever sees the error leaves in good order.
    const report = (error: unknown): void => {
      if (!signal.aborted && !isSessionOver(error)) this.#fail(error)
    }
    await Promise.all([
      this.#watchPlan(tenure, signal).catch(report),
      this.#watchMembers(tenure, signal).catch(report),
      this.#takePart(tenure, signal).catch(report),
      aborted(signal),
    ])
  }

  async #watchPlan(tenure: Tenure, signal: AbortSignal): Promise<void> {
    for await (const { plan } of followPlan(tenure.session, this.#paths, signal)) {
      this.#plan = plan
      this.#tenure = tenure
      this.#joined.resolve()
      this.#followPlan()
    }
  }

  #takePart({ session }: Tenure, signal: AbortSignal): Promise<void> {
    const { nodeId, source, ports } = this.#options
    const context = { nodeId, session, paths: this.#paths, source, ports }
    return takePartInElection(context, signal, (leadership) => {
      this.#leadership = leadership
      this.#changed()
    })
  }

  async #watchMembers(tenure: Tenure, signal: AbortSignal): Promise<void> {
    for await (const members of followMembers(tenure.session, this.#paths, signal)) {
      this.#members = members
      this.#changed()
      // It may have been written before the targets have changed.
      void this.#showMember(tenure)
    }
  }

  /** Writes the member node anew where it does not show the present targets. */
  async #showMember({ session }: Tenure): Promise<void> {
    const { nodeId } = this.#options
    const isOurs = ({ id, incarnation }: FleetMemberView): boolean => id === nodeId && incarnation === this.#incarnation
    const shown = this.#members.find(isOurs)
    if (!shown || shown.targets === this.#member.targets) return
    try {
      const write = (): Promise<unknown> =>
        session.set(this.#paths.member(nodeId), encodeMemberNode(this.#memberNode(session)))
      await persistently(session, () => ifThere(write()), this.#closing.signal)
    } catch (error) {
      if (!isSessionOver(error) && !this.#closing.signal.aborted) this.#fail(error)
    }
  }

  /** Gives the tasks what the newest plan says. */
  #followPlan(): void {
    const { nodeId } = this.#options
    const wanted = new Map<string, Shard>()
    for (const shard of this.#refusesAll ? [] : (this.#plan?.shards ?? [])) {
      const key = shardKey(shard)
      if (this.#plan?.owners.get(key) === nodeId) wanted.set(key, shard)
    }
    this.#tasks.update(wanted, this.#tenure)
    this.#changed()
    // A plan that was finished before this worker came says nothing about what there is now.
    const isForUs = this.#plan?.members.some(
      ({ id, incarnation }) => id === nodeId && incarnation === this.#incarnation,
    )
    if (this.#plan?.isFinished && isForUs && this.#tenure) this.leave().catch(() => {})
  }

  #memberNode(session: Coordinator): MemberNode {
    const state = this.#isDraining ? 'draining' : 'active'
    return { ...this.#member, state, sessionTimeout: session.sessionTimeout }
  }

  #changed(): void {
    this.#changes.set(this.#changes.value + 1)
  }

  #fail(error: unknown): void {
    this.#joined.reject(error)
    this.#done.reject(error)
  }
}
