import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { streamingErrors } from '../errors.ts'

/** When this process began: a container that starts again often has the process id of its former life. */
const born = performance.timeOrigin

/** How often it is looked whether somebody else has removed a stale lock, which takes three steps. */
const MOST_TRIES = 500

/**
 * Keeps others away from a file of positions: a file beside it, `<path>.lock`, that says which process owns it. Each owner
 * writes all positions that it knows, so two of them would undo what the other has committed.
 */
export class PositionLock implements AsyncDisposable {
  readonly #file: string
  readonly #text: string

  private constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
  }

  /**
   * Takes the lock; also one of a process that no longer runs.
   *
   * @throws RK_STREAMING_POSITION_FILE_IN_USE while another process has it, or another pipeline of this one.
   */
  static async take(path: string): Promise<PositionLock> {
    const file = `${path}.lock`
    const text = `${process.pid} ${born} ${randomUUID()}\n`
    for (let tries = 0; !(await create(file, text)); tries += 1) {
      const found = await textOf(file)
      // Somebody has just given it back.
      if (found === undefined) continue
      const pid = liveOwner(found)
      if (pid !== undefined) throw streamingErrors.POSITION_FILE_IN_USE({ path, pid })
      const other = await removeStale(file, found)
      if (other !== undefined && tries > MOST_TRIES) throw streamingErrors.POSITION_FILE_IN_USE({ path, pid: other })
    }
    return new PositionLock(file, text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if ((await textOf(this.#file)) === this.#text) await rm(this.#file, { force: true })
  }
}

/** The file appears with its content: an empty one would be taken for the rest of a crash. */
async function create(file: string, text: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`
  await writeFile(own, text)
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

/**
 * Removes the lock of an owner that is gone. One at a time, which a second lock sees to: of two who had both found it, the later
 * one would remove the lock that the first has taken meanwhile.
 *
 * @returns the process that is at it; `undefined` when the lock may be taken now.
 */
async function removeStale(file: string, text: string): Promise<number | undefined> {
  const guard = `${file}.stale`
  const own = `${process.pid} ${born} ${randomUUID()}\n`
  if (await create(guard, own)) {
    if ((await textOf(file)) === text) await rm(file, { force: true })
    await rm(guard, { force: true })
    return undefined
  }
  const other = await textOf(guard)
  if (other === undefined) return undefined
  const pid = liveOwner(other)
  // It crashed in the middle of this.
  if (pid === undefined) await rm(guard, { force: true })
  return pid
}

/** `undefined` when there is no such file. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The process that a lock names, if it runs. A crash of the machine may have left an empty one. */
function liveOwner(text: string): number | undefined {
  const [pid = NaN, since] = text.trim().split(' ').map(Number)
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
  const isLive = pid === process.pid ? since === born : isRunning(pid)
  return isLive ? pid : undefined
}

function isRunning(pid: number): boolean {
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
