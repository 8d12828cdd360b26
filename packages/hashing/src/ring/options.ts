import { hashingErrors } from '../errors.ts'
import type { Placement, PlacementName } from './placement.ts'
import { modern } from './placements/modern.ts'
import type { RingSettings } from './state.ts'

/** How a {@link HashRing} places nodes and keys. */
export interface HashRingOptions {
  /** `modern` by default; the others place exactly as the program they are named after. */
  readonly placement?: PlacementName | undefined
  /**
   * How many points a node of weight 1 has, 512 by default. More points share keys out more evenly (the spread of the
   * shares is about 1 / sqrt(points)) and take more memory, up to 14 bytes each. It is part of what all members of a
   * cluster must agree on. Only for `modern`: the other placements have their own numbers.
   */
  readonly pointsPerWeight?: number | undefined
  /** Another seed gives another, unrelated placement; an unsigned 32-bit number, 0 by default. Only for `modern`. */
  readonly seed?: number | undefined
  /** A ring with more points than this is refused instead of built; 16,777,216 by default, at most 224 MiB. */
  readonly maxPoints?: number | undefined
  /** How many recently used string keys to remember the owner of; 0 by default. Worth it where few keys are hot. */
  readonly memo?: number | undefined
  /** The version to start at, 0 by default. */
  readonly version?: number | undefined
}

const placements: Partial<Record<PlacementName, Placement>> = { modern }

/** Checks options and fills in the defaults. */
export function ringSettings(options: HashRingOptions): RingSettings {
  const { placement: name = 'modern', pointsPerWeight = 512, seed = 0, maxPoints = 0x100_0000, memo = 0 } = options
  const placement = Object.hasOwn(placements, name) ? placements[name] : undefined
  if (placement === undefined) {
    throw hashingErrors.BAD_OPTION({
      option: 'placement',
      value: name,
      expected: `one of ${Object.keys(placements).join(', ')}`,
    })
  }
  checkInteger('pointsPerWeight', pointsPerWeight, 1, 0x1_0000)
  checkInteger('seed', seed, 0, 0xffff_ffff)
  checkInteger('maxPoints', maxPoints, 1, 0x4000_0000)
  checkInteger('memo', memo, 0, 0x80_0000)
  for (const option of ['pointsPerWeight', 'seed'] as const) {
    if (options[option] !== undefined && name !== 'modern') {
      throw hashingErrors.BAD_OPTION({ option, value: options[option], expected: `it only with placement "modern"` })
    }
  }
  return { placement, pointsPerWeight, seed, maxPoints, memo }
}

/** Refuses anything but an integer from `lowest` to `highest`. */
export function checkInteger(option: string, value: unknown, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || (value as number) < lowest || (value as number) > highest) {
    throw hashingErrors.BAD_OPTION({ option, value, expected: `an integer from ${lowest} to ${highest}` })
  }
}
