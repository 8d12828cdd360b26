import { readFileSync } from 'node:fs'
import type { PartitionKey } from '../src/index.ts'

/** A key as the vectors write it: string, int, long, double, boolean, null, tuple, bytes. */
export type VectorKey = readonly [
  type: 's' | 'i' | 'l' | 'd' | 'b' | 'n' | 't' | 'y',
  value?: string | number | boolean | readonly VectorKey[],
]

export interface Vectors {
  readonly source: string
  readonly rows: readonly (readonly [key: VectorKey, ...expected: (number | string)[]])[]
}

export function readVectors<V = Vectors>(name: string): V {
  return JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8')) as V
}

export function keyOf([type, value]: VectorKey): PartitionKey {
  switch (type) {
    case 'l':
      return BigInt(value as string)
    case 'd':
      return doubleOf(value as string)
    case 'n':
      return null
    case 't':
      return (value as readonly VectorKey[]).map(keyOf)
    case 'y':
      return Uint8Array.from(Buffer.from(value as string, 'hex'))
    default:
      return value as string | number | boolean
  }
}

/** Whether numbers of the key are doubles; undefined where it mixes ints and doubles, which one description cannot. */
export function numbersOf(key: VectorKey): 'int' | 'double' | undefined {
  const types = typesOf(key)
  if (types.has('d')) return types.has('i') ? undefined : 'double'
  return 'int'
}

function typesOf([type, value]: VectorKey): Set<string> {
  if (type !== 't') return new Set([type])
  return new Set((value as readonly VectorKey[]).flatMap((item) => [...typesOf(item)]))
}

function doubleOf(text: string): number {
  if (text === 'nan') return Number.NaN
  return text.endsWith('inf') ? Number(text.replace('inf', 'Infinity')) : Number(text)
}
