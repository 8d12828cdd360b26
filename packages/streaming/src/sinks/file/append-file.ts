import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '../../files/make-folder.ts'

const newline = 0x0a

/** Why not all of an append is in the file. */
export interface BrokenAppend {
  /** How many whole lines are safely in it nevertheless. */
  readonly lines: number
  readonly error: unknown
}

/** Appends whole lines to a file, also after a write that broke off. No other process is to write to it. */
export class AppendFile {
  readonly #file: FileHandle
  readonly #fsync: boolean
  /** Whether the file ends in the middle of a line: this process, or one before it, was cut off. */
  #isTorn: boolean

  private constructor(file: FileHandle, isTorn: boolean, fsync: boolean) {
    this.#file = file
    this.#isTorn = isTorn
    this.#fsync = fsync
  }

  /** Opens or creates the file, and the folders above it. */
  static async open(path: string, { fsync }: { readonly fsync: boolean }): Promise<AppendFile> {
    await makeFolder(dirname(path))
    const file = await open(path, 'a+')
    try {
      return new AppendFile(file, await endsInLine(file), fsync)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /**
   * @param lines - whole lines, each with its line end.
   * @returns `undefined` when all are in the file.
   */
  async append(lines: Buffer): Promise<BrokenAppend | undefined> {
    if (lines.length === 0) return undefined
    const broken = (this.#isTorn && (await this.#write(Buffer.of(newline)))) || (await this.#write(lines))
    if (!this.#fsync || broken?.lines === 0) return broken
    return await this.#file.datasync().then(
      () => broken,
      (error: unknown) => ({ lines: 0, error }),
    )
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write(bytes: Buffer): Promise<BrokenAppend | undefined> {
    let written = 0
    try {
      while (written < bytes.length) {
        // One call takes it all, unless the disk is full or the file system splits it.
        const { bytesWritten } = await this.#file.write(bytes, written)
        written += bytesWritten
        this.#isTorn = bytes[written - 1] !== newline
      }
      return undefined
    } catch (error) {
      const taken = bytes.subarray(0, written)
      const rest = taken.subarray(taken.lastIndexOf(newline) + 1)
      if (rest.length > 0) this.#isTorn = !(await this.#takeBack(rest))
      return { lines: linesIn(taken), error }
    }
  }

  /**
   * Cuts the beginning of a line off again, while it is the end of the file. What another process appended between the look and the
   * cut would go with it. Says whether that was possible.
   */
  async #takeBack(bytes: Buffer): Promise<boolean> {
    try {
      const { size } = await this.#file.stat()
      const start = size - bytes.length
      const { buffer } = await this.#file.read(Buffer.alloc(bytes.length), 0, bytes.length, start)
      if (!buffer.equals(bytes)) return false
      await this.#file.truncate(start)
      return true
    } catch {
      return false
    }
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines += 1
  return lines
}

async function endsInLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return false
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== newline
}
