import { InvalidArgumentError } from 'commander'

/** Reads the whole number of an option. */
export function parseInteger(text: string): number {
  const number = Number(text)
  if (text === '' || !Number.isInteger(number)) throw new InvalidArgumentError(`"${text}" is no integer.`)
  return number
}
