import { shardKey, type PositionCommit, type StoredPosition } from '@ringkeeper/core'
import { times } from './times.ts'
import type { TreeLease } from './tree-watch.ts'
import type { Verdict } from './verdict.ts'

/** A commit as the broker has it. */
interface Committed {
  readonly at: number
  readonly position: number
  readonly token: bigint
}

/** How far a crash may set a shard back: the positions that are kept must be used, and must be new. */
export class Positions {
  readonly #now: () => number
  readonly #verdict: Verdict
  /** Per worker and shard, what it has last read. */
  readonly #read = new Map<string, StoredPosition | undefined>()
  /** Per worker and shard, the token under which it was last opened. */
  readonly #opened = new Map<string, bigint>()
  readonly #commits = new Map<string, Committed[]>()
  readonly #lowest = new Map<string, number>()

  constructor(now: () => number, verdict: Verdict) {
    this.#now = now
    this.#verdict = verdict
  }

  /** The position at which a shard was begun. */
  lowest(shard: string): number {
    return this.#lowest.get(shard) ?? 0
  }

  committed({ shard, position, metadata }: PositionCommit): void {
    const key = shardKey(shard)
    this.#verdict.trace(() => `kafka: ${key} is committed at ${position} ${metadata}`)
    const commits = this.#commits.get(key) ?? []
    commits.push({ at: this.#now(), position, token: tokenOf(metadata) ?? 0n })
    this.#commits.set(key, commits)
    if (!this.#lowest.has(key)) this.#lowest.set(key, position)
  }

  /** An operator has set a shard's position: what was kept before does not count any more. */
  reset(shard: string): void {
    this.#commits.delete(shard)
  }

  read(reader: string, committed: StoredPosition | undefined): void {
    this.#read.set(reader, committed)
  }

  opened(reader: string, token: bigint, position: number, nextOffset: number): void {
    if (this.#opened.get(reader) === token)
      this.#verdict.break('two owners', `${reader} is opened twice with token ${token}`)
    this.#opened.set(reader, token)
    if (!this.#read.has(reader)) {
      return this.#verdict.break('duplicates', `${reader} is opened, and nobody knows what is committed`)
    }
    const committed = this.#read.get(reader)
    this.#read.delete(reader)
    if (committed && tokenOf(committed.metadata) === undefined) {
      if (committed.position === position) return
      const what = `${reader} is opened at ${position}, and an operator has said ${committed.position}`
      return this.#verdict.break(position > committed.position ? 'lost' : 'duplicates', what)
    }
    const kept = Math.max(committed?.position ?? 0, nextOffset)
    if (position < kept) this.#verdict.break('duplicates', `${reader} is opened at ${position}, and ${kept} was kept`)
  }

  /** What was committed some time ago must be in the shard's node too, in case the commit is overwritten. */
  checkMirrored(shard: string, { token, since }: TreeLease, nextOffset: number): void {
    const due = this.#now() - 3 * times.mirrorInterval - times.writeTimeout
    if (since > due) return
    for (const commit of this.#commits.get(shard) ?? []) {
      if (commit.token !== token || commit.at > due || commit.position <= nextOffset) continue
      const what = `${shard} is committed at ${commit.position} since ${commit.at}`
      return this.#verdict.break('duplicates', `${what}, and its node says ${nextOffset}`)
    }
  }
}

/** The token of one of our marks; `undefined` for what an operator's tool leaves. */
function tokenOf(metadata: string): bigint | undefined {
  return metadata === '' ? undefined : BigInt((JSON.parse(metadata) as { readonly token: string }).token)
}
