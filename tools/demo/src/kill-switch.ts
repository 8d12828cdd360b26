import type { MemorySession, MemoryTree } from '@ringkeeper/coordination'
import { systemPorts, type CoordinatorBackend, type Ports, type Sink } from '@ringkeeper/core'

/**
 * Ends a worker inside this process as `kill -9` ends a process: at one moment its timers, its session and its sinks stop,
 * and nothing is flushed or said. It is cut at the edges, where a process touches the world; the worker does not know.
 */
export class KillSwitch {
  /** What the worker gets as its ports. */
  readonly ports: Ports
  readonly #timers = new Set<() => void>()
  readonly #sessions = new Set<MemorySession>()
  #isKilled = false

  constructor() {
    const system = systemPorts()
    this.ports = {
      ...system,
      timers: {
        set: (delay, fire) => {
          if (this.#isKilled) return () => {}
          const cancel = system.timers.set(delay, () => {
            this.#timers.delete(cancel)
            fire()
          })
          this.#timers.add(cancel)
          return () => {
            this.#timers.delete(cancel)
            cancel()
          }
        },
      },
    }
  }

  get isKilled(): boolean {
    return this.#isKilled
  }

  /** The worker's way to a tree. */
  coordinator(tree: MemoryTree): CoordinatorBackend {
    return {
      name: tree.name,
      connect: async (options) => {
        if (this.#isKilled) return await never()
        const session = await tree.connect(options)
        this.#sessions.add(session)
        if (this.#isKilled) session.faults.freeze()
        return session
      },
    }
  }

  /** A sink that takes nothing any more, and answers nothing, once the worker is dead. */
  sink(sink: Sink): Sink {
    return {
      write: async (chunks, context) => {
        if (this.#isKilled) return await never()
        const failures = await sink.write(chunks, context)
        return this.#isKilled ? await never() : failures
      },
      [Symbol.asyncDispose]: () => sink[Symbol.asyncDispose](),
    }
  }

  kill(): void {
    this.#isKilled = true
    for (const cancel of this.#timers) cancel()
    for (const session of this.#sessions) session.faults.freeze()
  }
}

function never(): Promise<never> {
  return new Promise(() => {})
}
