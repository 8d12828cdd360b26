import { memory } from '@ringkeeper/coordination'
import type { PipelineConfig } from '../config/pipeline-config.ts'
import { MemoryRecords } from '../sinks/memory/memory-records.ts'
import { startPipeline } from './start-pipeline.ts'

const RECORDS = 20_000
const SHARDS = 8
const builtInCodecs: readonly string[] = ['bytes', 'text', 'json']

/**
 * Runs made-up records through a pipeline in memory, with the same codec and as many targets, which takes some tenths of a
 * second. Code that runs for the first time is many times slower: without a rehearsal, the first shards of a worker that joins
 * a busy fleet wait for the engine to compile what every record and every hand-over passes through. For programs
 * that call {@link startPipeline} next; nothing outside the process is touched.
 *
 * @param config - of the pipeline that follows.
 *
 * @example
 * ```ts
 * const input: PipelineInput = {
 *   pipeline: 'example',
 *   source: { type: 'generate', records: 1000 },
 *   route: { targets: [{ name: 'all', sink: { type: 'memory', into: new MemoryRecords() } }] },
 * }
 * await rehearse(await validatePipeline(input, await registryFor(input)))
 * await using pipeline = await startPipeline(input)
 * await pipeline.done
 * ```
 */
export async function rehearse(
  { codec, route }: Pick<PipelineConfig, 'codec' | 'route'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const into = new MemoryRecords()
  const targets = route.targets.map(({ name, weight }) => ({ name, weight, sink: { type: 'memory', into } }))
  try {
    await using pipeline = await startPipeline(
      {
        pipeline: 'rehearsal',
        source: { type: 'generate', shards: SHARDS, records: RECORDS },
        codec: builtInCodecs.includes(codec) ? codec : 'bytes',
        route: { targets },
      },
      { coordinator: memory(), ...(signal && { signal }) },
    )
    await pipeline.done
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
