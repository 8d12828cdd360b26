import { coordinatorErrors, type RingkeeperError } from '@ringkeeper/core'

/** Characters that the server refuses in a path: control characters, surrogates and private use, specials. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const forbidden = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/

/** What is wrong with a path, if anything is; the server's own rules, which drop the connection or the call there. */
export function pathProblem(path: string): string | undefined {
  if (path.charCodeAt(0) !== 0x2f) return 'it does not begin with /'
  if (path === '/') return undefined
  if (path.endsWith('/')) return 'it ends with /'
  if (path.includes('//')) return 'it has an empty name'
  if (path.includes('/.') && /\/\.{1,2}(\/|$)/.test(path)) return 'it has . or .. as a name'
  if (forbidden.test(path)) return 'it has a character that ZooKeeper does not allow'
  return undefined
}

/** The error for a path that the server would refuse. */
export function invalidPath(path: string): RingkeeperError | undefined {
  const reason = pathProblem(path)
  return reason === undefined ? undefined : coordinatorErrors.INVALID_PATH({ path, reason })
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
