import type { Fence } from '@ringkeeper/core'
import type { SimulatedRecord } from './records.ts'
import type { Verdict } from './verdict.ts'

/** One record that was applied on the other side of a sink. */
export interface Arrival {
  /** By `shardKey`. */
  readonly shard: string
  readonly offset: number
  readonly target: string
  readonly fence: Fence
}

/** What is known of one record. */
interface Fate {
  /** What must come in order: the records of one key. */
  readonly key: string
  /** Its number among the records of its key. */
  readonly sequence: number
  readonly isPoison: boolean
  hasArrived: boolean
  /** The token under which a worker was told that it is written. */
  acknowledgedBy: bigint
}

/** What is known of one shard. */
interface Account {
  readonly fates: Fate[]
  /** Records before it are nobody's business: reading began here. */
  begin: number | undefined
  /** Where it was opened last. */
  opened: number
  /** All records from the beginning up to here have arrived. */
  arrived: number
  /** The newest owner's token. */
  token: bigint
}

/** The records of one key. */
interface KeyOrder {
  count: number
  /** The number of the record that came last. */
  newest: number
}

/**
 * Sees every record that is applied, whoever has sent it, and every position that is kept, and says which promise is broken first.
 */
export class Ledger {
  readonly #verdict: Verdict
  readonly #orderOf: (record: SimulatedRecord, shard: string) => string
  readonly #accounts = new Map<string, Account>()
  readonly #keys = new Map<string, KeyOrder>()
  duplicates = 0
  records = 0

  /** @param orderOf - names what must come in order; empty for no order. */
  constructor(verdict: Verdict, orderOf: (record: SimulatedRecord, shard: string) => string) {
    this.#verdict = verdict
    this.#orderOf = orderOf
  }

  /** Records were written to a shard's log. */
  appended(shard: string, records: readonly SimulatedRecord[]): void {
    const { fates } = this.#account(shard)
    for (const record of records) {
      const key = record.isPoison ? '' : this.#orderOf(record, shard)
      const sequence = key === '' ? 0 : this.#order(key).count++
      fates.push({ key, sequence, isPoison: record.isPoison, hasArrived: false, acknowledgedBy: 0n })
    }
    this.records += records.length
  }

  /** A lease was made. */
  leased(shard: string, token: bigint): void {
    const account = this.#account(shard)
    if (token <= account.token) {
      this.#verdict.break('two owners', `${shard} is leased with token ${token}, not above ${account.token}`)
    }
    account.token = token
  }

  /** Somebody begins to read. */
  opened(shard: string, position: number): void {
    this.#account(shard).opened = position
    this.kept(shard, position, 'the reader begins at')
  }

  /** Where a shard begins is settled by the first position that is kept, or the first record that arrives. */
  begun(shard: string, position: number): void {
    const account = this.#account(shard)
    if (account.begin === undefined) this.#begin(account, position)
  }

  /** Whether anybody has begun to read a shard. */
  isBegun(shard: string): boolean {
    return this.#account(shard).begin !== undefined
  }

  /** A position was kept or taken somewhere: nothing before it may be missing. */
  kept(shard: string, position: number, where: string): void {
    const account = this.#account(shard)
    if (account.begin === undefined || position <= account.arrived) return
    this.#verdict.break('lost', `${shard}: ${where} ${position}, but ${account.arrived} has not arrived`)
  }

  /** What a record must be in order with; empty for nothing. */
  keyOf(shard: string, offset: number): string {
    return this.#account(shard).fates[offset]!.key
  }

  arrived({ shard, offset, target, fence }: Arrival): void {
    const account = this.#account(shard)
    const fate = account.fates[offset]!
    if (account.begin === undefined) this.#begin(account, account.opened)
    if (fence.token !== account.token) {
      const what = `${shard}: ${offset} of ${fence.worker} came with token ${fence.token}`
      this.#verdict.break('two owners', `${what}, when the newest is ${account.token}`)
    }
    if (fate.isPoison !== (target === 'dead-letters'))
      this.#verdict.break('failed', `${shard}: ${offset} went to ${target}`)
    if (fate.acknowledgedBy === fence.token) {
      this.#verdict.break(
        'duplicates',
        `${shard}: ${offset} came again after it was acknowledged to token ${fence.token}`,
      )
    }
    if (fate.key !== '') this.#check(shard, offset, fate)
    if (fate.hasArrived) this.duplicates += 1
    fate.hasArrived = true
    while (account.fates[account.arrived]?.hasArrived) account.arrived += 1
  }

  /** A worker was told that a record is written. */
  acknowledged(shard: string, offset: number, token: bigint): void {
    this.#account(shard).fates[offset]!.acknowledgedBy = token
  }

  /** The first record that is missing. */
  get unfinished(): string | undefined {
    for (const [shard, { fates, arrived }] of this.#accounts) {
      if (arrived < fates.length) return `${shard}: ${arrived} of ${fates.length} has not arrived`
    }
    return undefined
  }

  /** The first key whose last record is not its newest, when all have arrived. */
  get staleKey(): string | undefined {
    for (const [key, { count, newest }] of this.#keys) {
      if (newest !== count - 1) return `the last record of ${key} that came is number ${newest} of ${count}`
    }
    return undefined
  }

  /** Each record follows the one before it of its key, or goes back and repeats from there: nothing is skipped. */
  #check(shard: string, offset: number, { key, sequence }: Fate): void {
    const order = this.#order(key)
    if (sequence > order.newest + 1) {
      const what = `${shard}: ${offset} of key ${key} came as number ${sequence}`
      this.#verdict.break('order', `${what}, after number ${order.newest}`)
    }
    order.newest = sequence
  }

  #begin(account: Account, position: number): void {
    account.begin = position
    account.arrived = position
    for (const { key, sequence } of account.fates.slice(0, position)) {
      if (key === '') continue
      const order = this.#order(key)
      order.newest = Math.max(order.newest, sequence)
    }
  }

  #account(shard: string): Account {
    let account = this.#accounts.get(shard)
    if (!account)
      this.#accounts.set(shard, (account = { fates: [], begin: undefined, opened: 0, arrived: 0, token: 0n }))
    return account
  }

  #order(key: string): KeyOrder {
    let order = this.#keys.get(key)
    if (!order) this.#keys.set(key, (order = { count: 0, newest: -1 }))
    return order
  }
}
