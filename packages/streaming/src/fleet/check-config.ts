import { isRingkeeperError, type Coordinator } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { canonical, checksum } from './checksum.ts'
import { decodeJson, encodeJson, type JsonObject } from './json-node.ts'
import { persistently } from './session-calls.ts'

/** The settings that all workers of a pipeline must have in common, as JSON by name, such as `{ hash: 'murmur3', 'route.points': 512, 'source.group': 'orders' }`. */
export type RingConfig = JsonObject

/**
 * Compares this worker's settings with those of the pipeline; the first worker writes them.
 *
 * @throws RK_STREAMING_RING_MISMATCH which names both and what differs
 */
export async function checkConfig(session: Coordinator, path: string, ring: RingConfig): Promise<void> {
  const ours = checksum(ring)
  const data = encodeJson({ format: 1, checksum: ours, ring })
  const stored = await persistently(session, async () => {
    try {
      await session.create(path, data)
      return undefined
    } catch (error) {
      if (!isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) throw error
      return decodeJson(path, (await session.get(path)).data)
    }
  })
  if (stored === undefined) return
  const theirs = (stored['ring'] ?? {}) as RingConfig
  if (checksum(theirs) === ours) return
  throw streamingErrors.RING_MISMATCH({ path, ours, theirs: checksum(theirs), differences: differences(ring, theirs) })
}

function differences(ours: RingConfig, theirs: RingConfig): string[] {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort()
  return names
    .filter((name) => canonical(ours[name]) !== canonical(theirs[name]))
    .map((name) => `${name} is ${canonical(ours[name])} here and ${canonical(theirs[name])} there`)
}
