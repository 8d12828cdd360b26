import type { Chunk } from '@ringkeeper/core'
import type { ChunkPlace } from '../unwritten.ts'

/** Some consecutive records of a write, for one request. */
export interface Slice {
  readonly chunks: readonly Chunk[]
  /** Where it begins in the whole write. */
  readonly from: ChunkPlace
  readonly records: number
}

/** Cuts a write into slices of at most `size` records, in order. */
export function slices(chunks: readonly Chunk[], size: number): Slice[] {
  const found: { chunks: Chunk[]; from: ChunkPlace; records: number }[] = []
  for (const [number, chunk] of chunks.entries()) {
    const { selection } = chunk
    for (let start = selection.start; start < selection.end;) {
      let open = found.at(-1)
      if (!open || open.records === size) {
        open = { chunks: [], from: { chunk: number, entry: start }, records: 0 }
        found.push(open)
      }
      const end = Math.min(selection.end, start + size - open.records)
      open.chunks.push({ ...chunk, selection: { ...selection, start, end } })
      open.records += end - start
      start = end
    }
  }
  return found
}
