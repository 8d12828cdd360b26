import { isRingkeeperError } from '@ringkeeper/core'
import { hashingErrors } from '@ringkeeper/hashing'
import { partitioningErrors } from '../errors.ts'

/** A key that hashing has refused, in the words of this package; any other error as it is. */
export function refusedKey(kind: string, key: unknown, cause: unknown): unknown {
  if (!isRingkeeperError(cause, hashingErrors.BAD_KEY.code)) return cause
  const expected = 'a string, bytes, a safe integer or a bigint of at most 64 bits'
  return partitioningErrors.BAD_KEY({ kind, key, expected }, { cause })
}

/**
 * An option that hashing has refused, by the name that it has in a description; any other error as it is.
 *
 * @param pointsPerWeight - of the ring, which hashing does not name where the points are too many
 */
export function refusedOption(cause: unknown, pointsPerWeight: number | undefined): unknown {
  if (isRingkeeperError(cause, hashingErrors.TOO_MANY_POINTS.code)) {
    const { points, maxPoints } = (cause as TooManyPoints).data
    const expected = `less of it, or smaller weights: the ring would have ${points} points, more than ${maxPoints}`
    return partitioningErrors.BAD_OPTION({ option: 'pointsPerWeight', value: pointsPerWeight, expected }, { cause })
  }
  if (!isRingkeeperError(cause, hashingErrors.BAD_OPTION.code)) return cause
  const { option, value, expected } = (cause as BadOption).data
  // What a table of slots calls `slots` is called `size` here.
  return partitioningErrors.BAD_OPTION({ option: option === 'slots' ? 'size' : option, value, expected }, { cause })
}

type TooManyPoints = ReturnType<typeof hashingErrors.TOO_MANY_POINTS>
type BadOption = ReturnType<typeof hashingErrors.BAD_OPTION>
