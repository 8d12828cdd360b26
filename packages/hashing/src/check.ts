import { hashingErrors } from './errors.ts'

/** Refuses anything but an integer from `lowest` to `highest`. */
export function checkInteger(option: string, value: unknown, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || (value as number) < lowest || (value as number) > highest) {
    throw hashingErrors.BAD_OPTION({ option, value, expected: `an integer from ${lowest} to ${highest}` })
  }
}
