import { sampleKeys } from '../../shared/keys.ts'
import type { RingFlags } from './ring-options.ts'

/** What a command looks at. */
export interface Scope {
  /** Without any it is the whole ring. */
  readonly keys: readonly string[]
  /** In words. */
  readonly of: string
}

const SAMPLE = 200_000

/** The given keys, or the whole ring: where positions have 64 bits they cannot be summed up, so a sample stands in. */
export function scopeOf(keys: readonly string[], { placement }: RingFlags): Scope {
  if (keys.length > 0) return { keys, of: `${keys.length} keys` }
  if (placement === 'envoy') return { keys: sampleKeys(SAMPLE), of: `a sample of ${SAMPLE} keys` }
  return { keys, of: 'the ring' }
}
