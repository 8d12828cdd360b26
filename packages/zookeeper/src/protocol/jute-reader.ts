import { zookeeperErrors } from '../errors.ts'

const empty = new Uint8Array(0)

/**
 * Reads ZooKeeper's serialization out of one frame. Every read checks the frame's end first and throws
 * `RK_ZOOKEEPER_BAD_MESSAGE` past it.
 */
export class JuteReader {
  #bytes: Buffer
  #position: number
  #end: number
  /** Whether the frame has its bytes for itself, so that parts of it can be handed out without a copy. */
  #ownsBytes: boolean

  constructor(bytes: Buffer, start = 0, end: number = bytes.length, ownsBytes = false) {
    this.#bytes = bytes
    this.#position = start
    this.#end = end
    this.#ownsBytes = ownsBytes
  }

  /** Reads another frame from now on; spares an object per frame. */
  reset(bytes: Buffer, start: number, end: number, ownsBytes: boolean): this {
    this.#bytes = bytes
    this.#position = start
    this.#end = end
    this.#ownsBytes = ownsBytes
    return this
  }

  /** Bytes not yet read. */
  get remaining(): number {
    return this.#end - this.#position
  }

  bool(): boolean {
    return this.#bytes[this.#take(1)] !== 0
  }

  int(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  long(): bigint {
    return this.#bytes.readBigInt64BE(this.#take(8))
  }

  /** A long that is a time or a count: exact up to 2^53. */
  number(): number {
    const at = this.#take(8)
    return this.#bytes.readInt32BE(at) * 0x1_0000_0000 + this.#bytes.readUInt32BE(at + 4)
  }

  /** Bytes that belong to the caller; the server's null is empty. */
  buffer(): Uint8Array {
    const length = this.#length()
    if (length === 0) return empty
    const at = this.#take(length)
    const view = this.#bytes
    if (this.#ownsBytes) return new Uint8Array(view.buffer, view.byteOffset + at, length)
    const copy = new Uint8Array(length)
    copy.set(view.subarray(at, at + length))
    return copy
  }

  string(): string {
    const length = this.#length()
    const at = this.#take(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  /** A count and that many items, each of at least `itemSize` bytes. */
  vector<T>(itemSize: number, read: () => T): T[] {
    const count = this.#length()
    if (count * itemSize > this.remaining)
      throw zookeeperErrors.BAD_MESSAGE({ reason: `${count} items cannot fit into ${this.remaining} bytes` })
    const items: T[] = []
    for (let index = 0; index < count; index += 1) items.push(read())
    return items
  }

  /** A length or count; the server's null, -1, is 0. */
  #length(): number {
    const length = this.int()
    if (length < -1) throw zookeeperErrors.BAD_MESSAGE({ reason: `the length ${length}` })
    return length === -1 ? 0 : length
  }

  #take(count: number): number {
    const at = this.#position
    if (count > this.#end - at)
      throw zookeeperErrors.BAD_MESSAGE({ reason: `${count} bytes wanted where ${this.#end - at} are left` })
    this.#position = at + count
    return at
  }
}
