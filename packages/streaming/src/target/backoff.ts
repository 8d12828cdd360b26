import type { Random } from '@ringkeeper/core'
import type { OnError } from '../config/pipeline-config.ts'

/**
 * Milliseconds to wait before the retry that follows failure number `failures`: between half of the grown pause and all
 * of it, so that many workers do not come back at one moment.
 */
export function backoffDelay(retry: OnError['retry'], failures: number, random: Random): number {
  const pause = Math.min(retry.max, retry.initial * retry.factor ** (failures - 1))
  return pause * (0.5 + random.next() / 2)
}
