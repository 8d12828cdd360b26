import {
  RecordCursor,
  shardKey,
  type Chunk,
  type Ports,
  type RecordFailure,
  type Sink,
  type WriteContext,
} from '@ringkeeper/core'
import type { Dice } from './dice.ts'
import type { Ledger } from './ledger.ts'
import type { Settings } from './settings.ts'
import type { Verdict } from './verdict.ts'

/** What is wrong with the other side of all sinks; faults change it. */
export interface SinkTrouble {
  /** The targets that refuse everything. */
  readonly down: Set<string>
  /** Takes nearly as long as a write may take. */
  isSlow: boolean
  /** Probability that a write is never answered. */
  hangs: number
  /** Probability that a write is applied and its answer is lost. */
  losesAnswer: number
  /** Probability that a record is refused. */
  refuses: number
}

/** What a sink needs of its simulation. */
export interface SinkWorld {
  /** Of the other side, which goes on when the worker's process does not. */
  readonly ports: Ports
  readonly dice: Dice
  readonly ledger: Ledger
  readonly verdict: Verdict
  readonly trouble: SinkTrouble
  readonly settings: Settings
}

/** Whose sink it is. */
export interface SinkOwner {
  readonly ports: Ports
  /** Milliseconds until its leases may end. */
  readonly timeLeft: number
  /** Whether it knows that a lease has ended against its will, and has not cut off what is under way. */
  hasLost: (shard: string, token: bigint) => boolean
}

/** A record of a write that is under way. */
interface Row {
  readonly chunk: number
  readonly index: number
  readonly shard: string
  readonly offset: number
  readonly isPoison: boolean
  readonly fence: Chunk['fence']
}

/** What became of some rows. */
interface Taken {
  readonly written: Row[]
  readonly failures: RecordFailure[]
}

/**
 * A sink whose other side applies a write some time after it was sent, unless the socket was reset before. What a stalled or
 * killed process has sent is applied all the same.
 */
export class FakeSink implements Sink {
  readonly #world: SinkWorld
  readonly #owner: SinkOwner
  readonly #target: string
  #isWriting = false

  constructor(world: SinkWorld, owner: SinkOwner, target: string) {
    this.#world = world
    this.#owner = owner
    this.#target = target
  }

  write = async (chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[]> => {
    const { verdict } = this.#world
    if (this.#isWriting) verdict.break('order', `two writes at one time to ${this.#target}`)
    const { timeLeft } = this.#owner
    if (timeLeft < context.timeout) {
      verdict.break('two owners', `a write of ${context.timeout} ms begins ${timeLeft} ms before its lease may end`)
    }
    this.#isWriting = true
    try {
      const { written, failures } = await this.#send(rowsOf(chunks), context)
      for (const { shard, offset, fence } of written) this.#world.ledger.acknowledged(shard, offset, fence.token)
      return failures
    } finally {
      this.#isWriting = false
    }
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {}

  #send(rows: readonly Row[], { signal, timeout }: WriteContext): Promise<Taken> {
    const { ports, dice, trouble, verdict } = this.#world
    const hangs = dice.chance(trouble.hangs)
    const losesAnswer = dice.chance(trouble.losesAnswer)
    const delay = trouble.isSlow ? dice.between(timeout >> 1, timeout) : dice.between(1, 15)
    const { isUncuttable } = this.#world.settings
    verdict.trace(
      () => `${nameOf(rows)} sends ${textOf(rows)} to ${this.#target}, to be there in ${hangs ? '?' : delay}`,
    )
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        signal.removeEventListener('abort', reset)
        act()
      }
      const reset = (): void => {
        if (isUncuttable && !hangs) return
        verdict.trace(() => `${nameOf(rows)} cuts ${textOf(rows)} to ${this.#target}`)
        cancel()
        settle(() => reject(signal.reason as Error))
      }
      const cancel = ports.timers.set(delay, () => {
        if (hangs) return
        if (!isUncuttable) this.#checkLost(rows)
        const taken = trouble.down.has(this.#target) ? undefined : this.#take(rows)
        this.#owner.ports.timers.set(1, () => {
          if (losesAnswer && taken && !isUncuttable) return
          if (losesAnswer || signal.aborted || !taken) settle(() => reject(new Error('refused')))
          else settle(() => resolve(taken))
        })
      })
      signal.addEventListener('abort', reset, { once: true })
      if (signal.aborted) reset()
    })
  }

  /** Whoever has lost a lease resets what is under way. */
  #checkLost(rows: readonly Row[]): void {
    const lost = rows.find(({ shard, fence }) => this.#owner.hasLost(shard, fence.token))
    if (!lost) return
    const what = `${lost.fence.worker} has lost ${lost.shard} with token ${lost.fence.token}`
    this.#world.verdict.break('two owners', `${what}, and its write goes on`)
  }

  /** As an ordered sink: after a failure nothing more of its key and shard is taken. */
  #take(rows: readonly Row[]): Taken {
    const { dice, ledger, trouble, verdict } = this.#world
    const isLast = this.#target === 'dead-letters'
    const failures: RecordFailure[] = []
    const written: Row[] = []
    const held = new Set<string>()
    for (const row of rows) {
      const { chunk, index, shard, offset, fence } = row
      const isPoison = row.isPoison && !isLast
      const key = `${shard} ${ledger.keyOf(shard, offset)}`
      const isHeldBack = held.has(key)
      if (isHeldBack || isPoison || dice.chance(trouble.refuses)) {
        if (ledger.keyOf(shard, offset) !== '') held.add(key)
        const error = new Error('refused')
        failures.push({ chunk, index, error, isRetryable: isHeldBack || !isPoison, isHeldBack })
      } else {
        ledger.arrived({ shard, offset, target: this.#target, fence })
        written.push(row)
      }
    }
    verdict.trace(() => `${this.#target} has ${textOf(written)} of ${nameOf(rows)}, ${failures.length} refused`)
    return { written, failures }
  }
}

function rowsOf(chunks: readonly Chunk[]): Row[] {
  const rows: Row[] = []
  for (const [chunk, { batch, selection, fence }] of chunks.entries()) {
    const cursor = new RecordCursor(batch)
    const shard = shardKey(batch)
    for (let at = selection.start; at < selection.end; at += 1) {
      cursor.moveTo(selection.indices[at]!)
      const isPoison = cursor.value?.length === 1
      rows.push({ chunk, index: cursor.index, shard, offset: cursor.offset, isPoison, fence })
    }
  }
  return rows
}

function nameOf(rows: readonly Row[]): string {
  return rows[0]?.fence.worker ?? 'nobody'
}

/** Such as `orders/0@17: 3 5 6`. */
function textOf(rows: readonly Row[]): string {
  const byShard = Map.groupBy(rows, ({ shard, fence }) => `${shard}@${fence.token}`)
  return (
    [...byShard].map(([lease, own]) => `${lease}: ${own.map(({ offset }) => offset).join(' ')}`).join(', ') || 'nothing'
  )
}
