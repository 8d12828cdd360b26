import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  isRingkeeperError,
  messageOf,
  shardKey,
  type PositionCommit,
  type PositionStore,
  type Shard,
  type StoredPosition,
} from '@ringkeeper/core'
import { z } from 'zod'
import { streamingErrors } from '../errors.ts'
import { makeFolder } from '../files/make-folder.ts'
import { PositionLock } from './position-lock.ts'

const content = z.object({
  version: z.literal(1),
  positions: z.record(z.string(), z.object({ position: z.number(), metadata: z.string() })),
})

/**
 * Keeps positions in one file, for a worker on its own. Every commit is on the disk before it resolves, and a crash
 * leaves either the old positions or the new ones. While it is open, nobody else can open it.
 */
export class PositionFile implements PositionStore, AsyncDisposable {
  readonly #path: string
  readonly #lock: PositionLock
  readonly #positions: Map<string, StoredPosition>
  #writing: Promise<void> = Promise.resolve()

  private constructor(path: string, lock: PositionLock, positions: Map<string, StoredPosition>) {
    this.#path = path
    this.#lock = lock
    this.#positions = positions
  }

  /**
   * Reads the file, if there is one.
   *
   * @throws RK_STREAMING_POSITION_FILE when it cannot be read: to start over by itself would be to process all again;
   * RK_STREAMING_POSITION_FILE_IN_USE while another process, or another pipeline of this one, has it open.
   */
  static async open(path: string): Promise<PositionFile> {
    let lock: PositionLock | undefined
    try {
      await makeFolder(dirname(path))
      lock = await PositionLock.take(path)
      return new PositionFile(path, lock, await load(path))
    } catch (cause) {
      await lock?.[Symbol.asyncDispose]()
      if (isRingkeeperError(cause)) throw cause
      throw streamingErrors.POSITION_FILE({ path, reason: messageOf(cause) }, { cause })
    }
  }

  async read(shards: readonly Shard[]): Promise<readonly (StoredPosition | undefined)[]> {
    return shards.map((shard) => this.#positions.get(shardKey(shard)))
  }

  async commit(positions: readonly PositionCommit[]): Promise<void> {
    for (const { shard, position, metadata } of positions) this.#positions.set(shardKey(shard), { position, metadata })
    // One after the other: each writes all that is known by then.
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write())
    await this.#writing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {})
    await this.#lock[Symbol.asyncDispose]()
  }

  async #write(): Promise<void> {
    const text = JSON.stringify({ version: 1, positions: Object.fromEntries(this.#positions) }, undefined, 2)
    const temporary = `${this.#path}.new`
    await writeDurably(temporary, `${text}\n`)
    await rename(temporary, this.#path)
    await syncFolder(dirname(this.#path))
  }
}

async function load(path: string): Promise<Map<string, StoredPosition>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return new Map()
    throw error
  }
  return new Map(Object.entries(content.parse(JSON.parse(text)).positions))
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A rename is on the disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
