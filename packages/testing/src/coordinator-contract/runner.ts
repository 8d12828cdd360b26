import type { ConnectOptions, Coordinator } from '@ringkeeper/core'

/** The matchers that the suites use; those of Vitest and Jest fit. */
export interface Matchers {
  toBe: (expected: unknown) => void
  toEqual: (expected: unknown) => void
  toMatchObject: (expected: object) => void
}

/** The functions of a test runner; those of Vitest, Jest and, with an `expect` package, `node:test` fit. */
export interface ContractRunner {
  describe: (name: string, define: () => void) => unknown
  it: (name: string, run: () => Promise<void>, timeout?: number) => unknown
  expect: (actual: unknown) => Matchers
}

/** Trouble that a test makes for one session. Each resolves when it has been arranged. */
export interface CoordinatorFaults {
  /** The next request is applied, but the connection breaks before its reply; the session reconnects by itself. */
  loseReply: () => void | Promise<void>
  /** Breaks the connection and refuses new ones. */
  disconnect: () => void | Promise<void>
  /** Lets the session reconnect. */
  reconnect: () => void | Promise<void>
  /** Ends the session on the server's side; works while disconnected too. */
  expire: () => void | Promise<void>
}

/** A session under test. */
export interface ContractSession {
  readonly coordinator: Coordinator
  /** Needed when {@link ContractBackend.faults} is true. */
  readonly faults?: CoordinatorFaults
}

/** What {@link coordinatorContract} needs of the backend under test. */
export interface ContractBackend {
  readonly name: string
  /** Opens a session of its own on the one tree that all sessions of the suite share. */
  readonly connect: (options?: ConnectOptions) => Promise<ContractSession>
  /** Whether sessions come with {@link ContractSession.faults}; the cases that need them are left out otherwise. */
  readonly faults?: boolean
  /** The session timeout asked for, in milliseconds; expiry is waited for in real time. Default 2000. */
  readonly sessionTimeout?: number
  /** How long one case may take, in milliseconds. Default 20 000. */
  readonly timeout?: number
}
