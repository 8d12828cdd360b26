import { isRingkeeperError, type RecordBatch, type Shard, type ShardReader, type Source } from '@ringkeeper/core'

/** What a shard does around its reader. */
export interface ReadingHooks {
  /** Resolves when the next batch may be read. */
  readonly mayRead: () => Promise<void>
  /** Resolves once the records are on their way, or the reading was stopped before it was their turn. */
  readonly process: (batch: RecordBatch) => Promise<void>
  /** Tells of the reader as long as it is open. */
  readonly reading: (reader: ShardReader | undefined) => void
}

/** How reading ended. */
export type ReadingEnd =
  | { readonly type: 'stopped' }
  /** A bounded shard is read to its end. */
  | { readonly type: 'end' }
  /** The source no longer has the position and says where to go on. */
  | { readonly type: 'reset'; readonly position: number }

/** Reads a shard from a position until the signal aborts or there is nothing more to read from there. */
export async function readShard(
  source: Source,
  shard: Shard,
  position: number,
  hooks: ReadingHooks,
  signal: AbortSignal,
): Promise<ReadingEnd> {
  let reader: ShardReader | undefined
  try {
    reader = await source.open(shard, position, { signal })
    hooks.reading(reader)
    for (;;) {
      await hooks.mayRead()
      if (signal.aborted) return { type: 'stopped' }
      const batch = await reader.read({ signal })
      if (signal.aborted) return { type: 'stopped' }
      if (!batch) return { type: 'end' }
      await hooks.process(batch)
    }
  } catch (error) {
    if (signal.aborted) return { type: 'stopped' }
    const resetTo = resetOf(error)
    if (resetTo === undefined) throw error
    return { type: 'reset', position: resetTo }
  } finally {
    hooks.reading(undefined)
    await reader?.[Symbol.asyncDispose]()
  }
}

function resetOf(error: unknown): number | undefined {
  if (!isRingkeeperError(error, 'RK_CORE_POSITION_OUT_OF_RANGE')) return undefined
  return (error.data as { readonly resetTo?: number }).resetTo
}
