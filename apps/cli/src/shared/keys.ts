import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The keys of the command line; without any, the lines of standard input; nothing where that is a terminal. */
export async function readKeys(
  given: readonly string[],
  input: Readable & { readonly isTTY?: boolean } = process.stdin,
): Promise<string[]> {
  if (given.length > 0) return [...given]
  if (input.isTTY === true) return []
  const keys: string[] = []
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') keys.push(line)
  return keys
}

/** Keys to try a ring with where none are given: always the same ones. */
export function sampleKeys(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `key-${i}`)
}
