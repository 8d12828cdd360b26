import { isRingkeeperError, type Router } from '@ringkeeper/core'
import { hashingErrors } from './errors.ts'

/** Refuses anything but an integer from `lowest` to `highest`. */
export function checkInteger(option: string, value: unknown, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || (value as number) < lowest || (value as number) > highest) {
    throw hashingErrors.BAD_OPTION({ option, value, expected: `an integer from ${lowest} to ${highest}` })
  }
}

/** Refuses options that are none, and names that are none of `known`: a slip would change nothing, without a word. */
export function checkedOptions<Options extends object>(
  options: Options,
  known: readonly (keyof Options & string)[],
): Options {
  if (typeof options !== 'object' || options === null) {
    throw hashingErrors.BAD_OPTION({ option: 'options', value: options, expected: 'an object, or leave it out' })
  }
  for (const [option, value] of Object.entries(options)) {
    if ((known as readonly string[]).includes(option)) continue
    const expected = `none of that name: there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`
    throw hashingErrors.BAD_OPTION({ option, value, expected })
  }
  return options
}

/** Refuses anything but a router. */
export function checkRouter(router: Router<string>): void {
  const { get, getN, nodes } = Object(router) as Partial<Router<string>>
  if (typeof get === 'function' && typeof getN === 'function' && Array.isArray(nodes)) return
  throw hashingErrors.BAD_OPTION({ option: 'router', value: router, expected: 'a router, such as a HashRing' })
}

/** Refuses a seed that arithmetic would throw at or misread. */
export function checkSeed(seed: unknown): void {
  if (Number.isSafeInteger(seed)) return
  throw hashingErrors.BAD_OPTION({ option: 'seed', value: seed, expected: 'a safe integer, of which 32 bits count' })
}

/** What `make` makes of the parts of a snapshot: what it refuses in them is damage to the snapshot. */
export function fromSnapshot<Made>(make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    if (!isRingkeeperError(error) || isOverLimit(error.code)) throw error
    throw hashingErrors.BAD_SNAPSHOT({ reason: error.message }, { cause: error })
  }
}

/** Whether a ring is larger than its reader allows, which is no damage. */
function isOverLimit(code: string): boolean {
  return code === hashingErrors.TOO_MANY_POINTS.code || code === hashingErrors.TOO_MANY_NODES.code
}
