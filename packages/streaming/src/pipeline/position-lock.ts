import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { streamingErrors } from '../errors.ts'

/** A process: when its number is used again, as in a container that starts anew, it began at another time. */
interface Life {
  readonly pid: number
  /** Milliseconds since the epoch, with fractions; absent when the lock does not say. */
  readonly since?: number | undefined
}

/**
 * Keeps others away from a file of positions: a file beside it, `<path>.lock`, that says which process owns it. Each owner
 * writes all positions that it knows, so two of them would undo what the other has committed.
 */
export class PositionLock implements AsyncDisposable {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /**
   * Takes the lock; also one of a process that no longer runs.
   *
   * @throws RK_STREAMING_POSITION_FILE_IN_USE while another process has it, or another pipeline of this one.
   */
  static async take(path: string): Promise<PositionLock> {
    const file = `${path}.lock`
    for (;;) {
      if (await create(file)) return new PositionLock(file)
      const owner = await ownerOf(file)
      if (owner && isRunning(owner)) throw streamingErrors.POSITION_FILE_IN_USE({ path, pid: owner.pid })
      await rm(file, { force: true })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const owner = await ownerOf(this.#file)
    if (owner && isOurs(owner)) await rm(this.#file, { force: true })
  }
}

/** The file appears with its content: an empty one would be taken for the rest of a crash. */
async function create(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`
  await writeFile(own, `${process.pid} ${performance.timeOrigin}\n`)
  try {
    await link(own, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** `undefined` when there is no lock any more, or a crash of the machine left an empty one. */
async function ownerOf(file: string): Promise<Life | undefined> {
  try {
    const [pid, since] = (await readFile(file, 'utf8')).trim().split(' ').map(Number)
    return Number.isSafeInteger(pid) && pid! > 0 ? { pid: pid!, since } : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function isOurs({ pid, since }: Life): boolean {
  return pid === process.pid && since === performance.timeOrigin
}

function isRunning(owner: Life): boolean {
  const { pid } = owner
  if (pid === process.pid) return isOurs(owner)
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Another user's process runs too, but takes no signals.
    return codeOf(error) === 'EPERM'
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code
}
