import type { Chunk, Clock, RecordFailure, WriteContext } from '@ringkeeper/core'
import { beginning, sliceFrom, type Slice } from './slice.ts'
import { unwritten } from './unwritten.ts'

/** How a sink writes one part of a write after the other. */
export interface SliceWriter {
  readonly clock: Clock
  /** The most records in the next slice. */
  readonly size: () => number
  /** Returns what is not written of the slice, and then also all that follows; `too many` when fewer at a time may pass. */
  readonly write: (slice: Slice) => Promise<readonly RecordFailure[] | 'too many'>
  /** Why what is left after half of the write's time is put off. */
  readonly slow: (elapsed: number) => Error
}

/** Writes slice by slice until all is written or something is not. */
export async function writeInSlices(
  chunks: readonly Chunk[],
  { signal, timeout }: WriteContext,
  { clock, size, write, slow }: SliceWriter,
): Promise<readonly RecordFailure[]> {
  const startedAt = clock.monotonic()
  for (let from = beginning; ;) {
    const slice = sliceFrom(chunks, from, size())
    if (slice.records === 0) return []
    if (signal.aborted) {
      // Nothing begins after the end of a lease. What was taken before stays taken.
      if (from === beginning) throw signal.reason
      return unwritten(chunks, from, signal.reason, { records: 0, isRetryable: true })
    }
    const elapsed = clock.monotonic() - startedAt
    // A write that is cut off counts as not written at all; what comes back in time does not.
    if (elapsed > timeout / 2) {
      return unwritten(chunks, from, slow(Math.round(elapsed)), { records: 0, isRetryable: true })
    }
    const failures = await write(slice)
    if (failures === 'too many') continue
    if (failures.length > 0) return failures
    from = slice.to
  }
}
