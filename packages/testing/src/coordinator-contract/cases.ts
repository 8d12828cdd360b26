import { isRingkeeperError, type ConnectOptions, type Coordinator, type WatchEvent } from '@ringkeeper/core'
import type { ContractBackend, ContractRunner, ContractSession, CoordinatorFaults, Matchers } from './runner.ts'

/** One case at work: its sessions, and a path that no other case uses. */
export interface ContractCase {
  /** A persistent node that exists and is empty. */
  readonly root: string
  readonly coordinator: Coordinator
  readonly faults: CoordinatorFaults
  /** Opens another session, closed after the case. */
  readonly connect: (options?: ConnectOptions) => Promise<Required<ContractSession>>
  readonly expect: (actual: unknown) => Matchers
}

/** Defines cases, each on a session and below a path of its own. */
export class ContractCases {
  readonly #runner: ContractRunner
  readonly #backend: ContractBackend

  constructor(runner: ContractRunner, backend: ContractBackend) {
    this.#runner = runner
    this.#backend = backend
  }

  describe(name: string, define: () => void): void {
    this.#runner.describe(name, define)
  }

  it(name: string, run: (context: ContractCase) => Promise<void>): void {
    this.#runner.it(name, () => this.#run(run), this.#backend.timeout ?? 20_000)
  }

  /** A case that needs faults; left out where the backend offers none. */
  itWithFaults(name: string, run: (context: ContractCase) => Promise<void>): void {
    if (this.#backend.faults) this.it(name, run)
  }

  async #run(run: (context: ContractCase) => Promise<void>): Promise<void> {
    const sessions: Coordinator[] = []
    const connect: ContractCase['connect'] = async (options = {}) => {
      const session = await this.#backend.connect({
        sessionTimeout: this.#backend.sessionTimeout ?? 2000,
        ...options,
      })
      sessions.push(session.coordinator)
      return { coordinator: session.coordinator, faults: session.faults ?? noFaults }
    }
    const tidy = await connect()
    const root = `/contract-${globalThis.crypto.randomUUID()}`
    await tidy.coordinator.create(root)
    try {
      await run({ root, ...(await connect()), connect, expect: this.#runner.expect })
    } finally {
      await Promise.all(sessions.slice(1).map((session) => session.close()))
      await deleteTree(tidy.coordinator, root)
      await tidy.coordinator.close()
    }
  }
}

const noFault = (): never => {
  throw new Error('this case needs faults: define it with itWithFaults')
}
const noFaults: CoordinatorFaults = { loseReply: noFault, disconnect: noFault, reconnect: noFault, expire: noFault }

async function deleteTree(coordinator: Coordinator, path: string): Promise<void> {
  try {
    const { children } = await coordinator.children(path)
    await Promise.all(children.map((name) => deleteTree(coordinator, `${path}/${name}`)))
    await coordinator.delete(path)
  } catch (error) {
    // An ephemeral node of a session that is just ending goes by itself; the rest is only litter.
    if (!isRingkeeperError(error)) throw error
  }
}

/** The code, data and index of the error that `work` rejects with. */
export async function failure(work: Promise<unknown>): Promise<{ code: string; data: object }> {
  try {
    await work
  } catch (error) {
    if (isRingkeeperError(error)) return { code: error.code, data: error.data }
    throw error
  }
  throw new Error('it should have failed')
}

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The text of bytes. */
export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data)
}

/** A one-shot watcher and the promise of its event. */
export function oneShot(): { watch: (event: WatchEvent) => void; event: Promise<WatchEvent> } {
  let watch!: (event: WatchEvent) => void
  const event = new Promise<WatchEvent>((resolve) => {
    watch = resolve
  })
  return { watch, event }
}
