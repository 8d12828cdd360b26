import type { Chunk } from '@ringkeeper/core'
import type { ChunkPlace } from './unwritten.ts'

/** Some consecutive records of a write, which are written in one go. */
export interface Slice {
  readonly chunks: readonly Chunk[]
  /** Where it begins in the whole write. */
  readonly from: ChunkPlace
  /** Where the next one begins. */
  readonly to: ChunkPlace
  readonly records: number
}

/** Where a write begins; compared by identity. */
export const beginning: ChunkPlace = { chunk: 0, entry: 0 }

/** The next records of a write, at most `size`; none at its end. */
export function sliceFrom(chunks: readonly Chunk[], from: ChunkPlace, size: number): Slice {
  const taken: Chunk[] = []
  let to = from
  let records = 0
  while (to.chunk < chunks.length && records < size) {
    const chunk = chunks[to.chunk] as Chunk
    const { selection } = chunk
    const start = Math.max(selection.start, to.entry)
    const end = Math.min(selection.end, start + size - records)
    taken.push({ ...chunk, selection: { ...selection, start, end } })
    records += end - start
    to = end === selection.end ? { chunk: to.chunk + 1, entry: 0 } : { chunk: to.chunk, entry: end }
  }
  return { chunks: taken, from, to, records }
}
