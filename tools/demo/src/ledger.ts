import type { Written } from '@ringkeeper-tools/verify/written'
import {
  defineSink,
  definePlugin,
  RecordCursor,
  sleep,
  type Chunk,
  type Plugin,
  type Ports,
  type Sink,
} from '@ringkeeper/core'
import { z } from 'zod'
import type { KillSwitch } from './kill-switch.ts'

/** A write, and the target it went to. */
export interface LedgerEntry extends Written {
  readonly target: string
}

/** Milliseconds that a write is under way, to and from the place it goes to. */
const distance = 1

/** Everything that any worker has written, in the order in which it arrived. */
export class Ledger {
  readonly entries: LedgerEntry[] = []
  readonly #distinct = new Set<string>()

  /** Records that have arrived at least once. */
  get distinct(): number {
    return this.#distinct.size
  }

  /** The sink `ledger` for one worker. */
  plugin(killSwitch: KillSwitch): Plugin {
    return definePlugin({
      name: 'demo',
      apiVersion: 1,
      components: [
        defineSink<Record<string, never>>({
          type: 'ledger',
          schema: z.strictObject({}),
          capabilities: { ordered: true, idempotent: false, fenced: false },
          create: (_, { target, ports }) => killSwitch.sink(this.#sink(target, ports)),
        }),
      ],
    })
  }

  #sink(target: string, { timers, clock }: Ports): Sink {
    return {
      write: async (chunks, { signal }) => {
        // A killed worker's timers never fire: what is on its way to the ledger does not arrive, what has arrived is not acknowledged.
        await sleep(distance, timers, signal)
        const at = clock.wall()
        for (const chunk of chunks) this.#add(chunk, target, at)
        await sleep(distance, timers)
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }

  #add({ batch, selection, fence }: Chunk, target: string, at: number): void {
    const cursor = new RecordCursor(batch)
    for (let entry = selection.start; entry < selection.end; entry += 1) {
      const { offset, keyText = '' } = cursor.moveTo(selection.indices[entry] as number)
      const { partition } = batch
      this.#distinct.add(`${partition}/${offset}`)
      this.entries.push({ partition, offset, key: keyText, target, worker: fence.worker, token: fence.token, at })
    }
  }
}
