import { errorFields, type Logger, type Source } from '@ringkeeper/core'

/**
 * Lets a source connect before the first shard comes: what it has to learn about its brokers would otherwise prolong that
 * hand-over. Never rejects: what is wrong shows again, with its retries, when it matters.
 */
export async function warmUp(source: Source, logger: Logger, signal: AbortSignal): Promise<void> {
  try {
    for await (const [shard] of source.shards({ signal })) {
      if (shard) await source.positions?.read([shard], { signal })
      return
    }
  } catch (error) {
    if (!signal.aborted) logger.debug('the source is not ready yet', errorFields(error))
  }
}
