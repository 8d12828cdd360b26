import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { streamingErrors } from '../errors.ts'

/**
 * Keeps other processes away from a file of positions: a file beside it, `<path>.lock`, that holds the process id of its
 * owner. Each process writes all positions that it knows, so two of them would undo what the other has committed.
 */
export class PositionLock implements AsyncDisposable {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /**
   * Takes the lock; also one of a process that no longer runs, and one of this process: a container that starts again
   * often has the process id of its former life.
   *
   * @throws RK_STREAMING_POSITION_FILE_IN_USE while another process has it.
   */
  static async take(path: string): Promise<PositionLock> {
    const file = `${path}.lock`
    for (;;) {
      if (await create(file)) return new PositionLock(file)
      const pid = await ownerOf(file)
      if (pid === process.pid) return new PositionLock(file)
      if (pid !== undefined && isRunning(pid)) throw streamingErrors.POSITION_FILE_IN_USE({ path, pid })
      await rm(file, { force: true })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if ((await ownerOf(this.#file)) === process.pid) await rm(this.#file, { force: true })
  }
}

/** The file appears with its content: an empty one would be taken for the rest of a crash. */
async function create(file: string): Promise<boolean> {
  const own = `${file}.${randomUUID()}`
  await writeFile(own, `${process.pid}\n`)
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
async function ownerOf(file: string): Promise<number | undefined> {
  try {
    const pid = Number(await readFile(file, 'utf8'))
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
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
