import { open, type FileHandle } from 'node:fs/promises'
import { sleep, type Ports, type RecordBatch, type Shard, type ShardReader } from '@ringkeeper/core'
import { streamingErrors } from '../../errors.ts'
import { linesToBatch } from './lines.ts'
import type { FileSourceOptions } from './options.ts'

const chunkBytes = 262_144
const newline = 0x0a

/** Reads whole lines of one file from a byte offset. */
export class FileReader implements ShardReader {
  readonly #shard: Shard
  readonly #file: FileHandle
  readonly #options: FileSourceOptions
  readonly #ports: Ports
  readonly #timestamp: number
  #position: number
  #end: number

  private constructor(
    file: FileHandle,
    shard: Shard,
    position: number,
    at: { readonly size: number; readonly mtimeMs: number },
    options: FileSourceOptions,
    ports: Ports,
  ) {
    this.#file = file
    this.#shard = shard
    this.#position = position
    this.#end = at.size
    this.#timestamp = Math.floor(at.mtimeMs)
    this.#options = options
    this.#ports = ports
  }

  static async open(shard: Shard, position: number, options: FileSourceOptions, ports: Ports): Promise<FileReader> {
    const file = await open(shard.topic, 'r')
    try {
      const stat = await file.stat()
      if (stat.size < position) throw streamingErrors.FILE_CHANGED({ path: shard.topic, position })
      return new FileReader(file, shard, position, stat, options, ports)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get end(): number {
    return this.#end
  }

  async read({ signal }: { readonly signal: AbortSignal }): Promise<RecordBatch | undefined> {
    const { follow, key, maxLineBytes, pollInterval } = this.#options
    for (let size = chunkBytes; ;) {
      signal.throwIfAborted()
      const bytes = await this.#readAt(this.#position, size)
      const isLast = bytes.length < size
      // The last line needs no line end, unless somebody may still be writing it.
      const usable = isLast && !follow ? bytes.length : bytes.lastIndexOf(newline) + 1
      if (usable > 0) {
        const batch = linesToBatch(this.#shard, bytes.subarray(0, usable), this.#position, this.#timestamp, key)
        this.#position += usable
        return batch
      }
      if (!isLast) size = this.#grown(size, maxLineBytes)
      else if (follow) await sleep(pollInterval, this.#ports.timers, signal)
      else return undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  /** Up to `size` bytes; fewer only at the end of the file. */
  async #readAt(position: number, size: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(size)
    let length = 0
    while (length < size) {
      const { bytesRead } = await this.#file.read(bytes, length, size - length, position + length)
      if (bytesRead === 0) {
        await this.#checkEnd(position + length)
        break
      }
      length += bytesRead
    }
    return bytes.subarray(0, length)
  }

  async #checkEnd(position: number): Promise<void> {
    const { size } = await this.#file.stat()
    if (size < position) throw streamingErrors.FILE_CHANGED({ path: this.#shard.topic, position })
    this.#end = size
  }

  #grown(size: number, limit: number): number {
    if (size < limit) return Math.min(size * 2, limit)
    throw streamingErrors.LINE_TOO_LONG({ path: this.#shard.topic, position: this.#position, limit })
  }
}
