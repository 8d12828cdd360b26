import { checkPath, isRingkeeperError, type RingkeeperError } from '@ringkeeper/core'

/** The error for a path that the server would refuse. */
export function invalidPath(path: string, isSequential = false): RingkeeperError | undefined {
  try {
    checkPath(path, isSequential)
    return undefined
  } catch (error) {
    if (isRingkeeperError(error)) return error
    throw error
  }
}

/** Maps the caller's paths to the server's below a chroot, and back. */
export class Chroot {
  readonly #root: string

  /** @param root - the server's path of the caller's `/`; empty for none. */
  constructor(root: string) {
    this.#root = root
  }

  /** The server's path. */
  add(path: string): string {
    if (this.#root === '') return path
    return path === '/' ? this.#root : this.#root + path
  }

  /** The server's form of the beginning of paths. */
  addToPrefix(prefix: string): string {
    return this.#root + prefix
  }

  /** The caller's path. */
  remove(serverPath: string): string {
    if (this.#root === '') return serverPath
    return serverPath === this.#root ? '/' : serverPath.slice(this.#root.length)
  }
}
