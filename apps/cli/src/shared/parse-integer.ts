import { InvalidArgumentError } from 'commander'

/** Reads the whole number of an option. */
export function parseInteger(text: string): number {
  const number = Number(text)
  if (text === '' || !Number.isInteger(number)) throw new InvalidArgumentError(`"${text}" is no integer.`)
  return number
}

/** Reads how many of something an option asks for: one at least. */
export function parseCount(text: string): number {
  const count = parseInteger(text)
  if (count < 1) throw new InvalidArgumentError(`"${text}" is less than 1.`)
  return count
}
