import { checksum } from '../fleet/checksum.ts'
import type { TargetConfig } from '../config/pipeline-config.ts'

/** What decides to which target a key goes, in short: the names and weights, in any order. */
export function targetsChecksum(targets: readonly Pick<TargetConfig, 'name' | 'weight'>[]): string {
  return checksum(Object.fromEntries(targets.map(({ name, weight }) => [name, weight])))
}
