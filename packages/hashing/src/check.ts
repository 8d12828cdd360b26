import { isRingkeeperError, type Router } from '@ringkeeper/core'
import { hashingErrors } from './errors.ts'

/** Refuses anything but an integer from `lowest` to `highest`. */
export function checkInteger(option: string, value: unknown, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || (value as number) < lowest || (value as number) > highest) {
    throw hashingErrors.BAD_OPTION({ option, value, expected: `an integer from ${lowest} to ${highest}` })
  }
}

/** Refuses options that are none: `null` has nothing to take apart. */
export function checkedOptions<Options extends object>(options: Options): Options {
  if (typeof options === 'object' && options !== null) return options
  throw hashingErrors.BAD_OPTION({ option: 'options', value: options, expected: 'an object, or leave it out' })
}

/** Refuses anything but a router. */
export function checkRouter(router: Router<string>): void {
  if (typeof router?.getN === 'function') return
  throw hashingErrors.BAD_OPTION({ option: 'router', value: router, expected: 'a router, such as a HashRing' })
}

/** Refuses a seed that arithmetic would throw at or misread. */
export function checkSeed(seed: unknown): void {
  if (typeof seed !== 'number') throw hashingErrors.BAD_OPTION({ option: 'seed', value: seed, expected: 'a number' })
}

/** What `make` makes of the parts of a snapshot: what it refuses in them is damage to the snapshot. */
export function fromSnapshot<Made>(make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    // The reader may have chosen too low a limit.
    if (!isRingkeeperError(error) || error.code === hashingErrors.TOO_MANY_POINTS.code) throw error
    throw hashingErrors.BAD_SNAPSHOT({ reason: error.message }, { cause: error })
  }
}
