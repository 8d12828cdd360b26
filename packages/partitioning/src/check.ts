import { partitioningErrors } from './errors.ts'

/** The most partitions that there can be: Java's largest int. */
export const MAX_COUNT = 0x7fff_ffff

/** Refuses anything but an integer from `lowest` to `highest`; gives the value back. */
export function checkInteger(option: string, value: unknown, lowest: number, highest: number): number {
  if (!Number.isInteger(value) || (value as number) < lowest || (value as number) > highest) {
    throw partitioningErrors.BAD_OPTION({ option, value, expected: `an integer from ${lowest} to ${highest}` })
  }
  return value as number
}

/** Refuses anything but a possible number of partitions. */
export function checkCount(value: unknown, option = 'numPartitions'): number {
  return checkInteger(option, value, 1, MAX_COUNT)
}

/** Refuses anything but a finite number of at least `lowest`, or above it where `open`. */
export function checkNumber(option: string, value: unknown, lowest: number, open = false): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < lowest || (open && value === lowest)) {
    const expected = `a finite number ${open ? 'above' : 'of at least'} ${lowest}`
    throw partitioningErrors.BAD_OPTION({ option, value, expected })
  }
  return value
}

/** Refuses anything but one of some names. */
export function checkOneOf<const Name extends string>(option: string, value: unknown, names: readonly Name[]): Name {
  if (!names.includes(value as Name)) {
    throw partitioningErrors.BAD_OPTION({ option, value, expected: `one of ${names.join(', ')}` })
  }
  return value as Name
}

/** Refuses anything but a list. */
export function checkList(option: string, value: unknown, expected: string): void {
  if (!Array.isArray(value)) throw partitioningErrors.BAD_OPTION({ option, value, expected })
}

/** Refuses anything but numbers from 0 on in an array of some kind. */
export function checkSizes(option: string, sizes: unknown): void {
  if (typeof sizes !== 'object' || !Number.isInteger((sizes as Partial<ArrayLike<number>> | null)?.length)) {
    throw partitioningErrors.BAD_OPTION({ option, value: sizes, expected: 'a list of numbers' })
  }
  for (const size of Array.from(sizes as ArrayLike<unknown>)) checkNumber(option, size, 0)
}

/** Refuses anything but something to iterate over. */
export function checkIterable(option: string, value: unknown, expected: string): void {
  if (
    value === null ||
    value === undefined ||
    typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function'
  ) {
    throw partitioningErrors.BAD_OPTION({ option, value, expected })
  }
}

/** Refuses `null` for options, which is no default. */
export function checkOptions(options: unknown, option = 'options'): void {
  if (typeof options === 'object' && options !== null) return
  throw partitioningErrors.BAD_OPTION({ option, value: options, expected: 'an object, or nothing' })
}

/** Refuses a flat list where partitions are wanted: the letters of a text would be taken for its items. */
export function checkParts(option: string, parts: unknown): void {
  const expected = 'a list of partitions, each an array or another iterable, as parallelize makes one of a flat list'
  checkList(option, parts, expected)
  for (const part of parts as readonly unknown[]) {
    const isPart = typeof part === 'object' && part !== null && Symbol.iterator in part
    if (!isPart) throw partitioningErrors.BAD_OPTION({ option, value: part, expected })
  }
}

/** Beyond these, sums and ratios of weights would leave what a double can hold. */
const LEAST_WEIGHT = 1e-100
const MOST_WEIGHT = 1e100

/** Whether something can be a weight. */
export function isWeight(value: unknown): value is number {
  return typeof value === 'number' && (value === 0 || (value >= LEAST_WEIGHT && value <= MOST_WEIGHT))
}

/** Refuses anything but a possible weight; gives it back. */
export function checkWeight(option: string, value: unknown): number {
  if (isWeight(value)) return value
  const expected = `0, or a number from ${LEAST_WEIGHT} to ${MOST_WEIGHT}`
  throw partitioningErrors.BAD_OPTION({ option, value, expected })
}

/** Refuses anything but true and false. */
export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw partitioningErrors.BAD_OPTION({ option, value, expected: 'true or false' })
  return value
}
