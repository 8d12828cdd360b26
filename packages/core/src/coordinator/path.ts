import { coordinatorErrors } from './errors.ts'

/** Characters that ZooKeeper refuses in paths: controls, surrogates, the private use area and the specials. */
// eslint-disable-next-line no-control-regex
const refused = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/

/**
 * Checks that `path` names a node: absolute, no empty, `.` or `..` part, no trailing slash but in `/`. For backends.
 *
 * @param isSequential - the server will append a counter, so that a trailing slash is allowed.
 * @throws `RK_CORE_INVALID_PATH`.
 */
export function checkPath(path: string, isSequential = false): void {
  const reason = whyInvalid(isSequential ? `${path}0` : path)
  if (reason !== undefined) throw coordinatorErrors.INVALID_PATH({ path, reason })
}

/** The path of a node's parent; `/` for the root itself. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}

/** The path of a node's child. */
export function childPath(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`
}

function whyInvalid(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with a slash'
  if (path === '/') return undefined
  if (path.endsWith('/')) return 'it ends with a slash'
  if (path.includes('//')) return 'it has an empty part'
  if (refused.test(path)) return 'it has a character that ZooKeeper refuses'
  if (path.includes('/.') && path.split('/').some((part) => part === '.' || part === '..'))
    return 'it has a part . or ..'
  return undefined
}
