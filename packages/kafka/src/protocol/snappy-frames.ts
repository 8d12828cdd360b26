/**
 * Java's producers put snappy into frames of their own, others send one plain block:
 *
 *     magic       8 bytes   82 53 4E 41 50 50 59 00
 *     version     int32
 *     compatible  int32
 *     blocks      int32 length and a snappy block, to the end
 */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const FIRST_BLOCK = 16

/** Reads both forms, given what reads one block. */
export function decompressSnappy(bytes: Buffer, readBlock: (block: Buffer) => Uint8Array): Uint8Array {
  if (bytes.length < FIRST_BLOCK || MAGIC.compare(bytes, 0, MAGIC.length) !== 0) return readBlock(bytes)
  const blocks: Uint8Array[] = []
  for (let at = FIRST_BLOCK; at < bytes.length;) {
    const start = at + 4
    at = start + bytes.readInt32BE(at)
    if (at < start || at > bytes.length) throw new RangeError('a snappy block is longer than its batch')
    blocks.push(readBlock(bytes.subarray(start, at)))
  }
  return blocks.length === 1 ? (blocks[0] as Uint8Array) : Buffer.concat(blocks)
}
