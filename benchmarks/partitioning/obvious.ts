import type { KeyColumns } from '@ringkeeper/partitioning'

/** Spark's hash as one would write it from its description: a view of each key, a read for each word. */
export function obviousSparkHash(
  { length, bytes, keyStart, keyEnd }: KeyColumns,
  n: number,
  out: Int32Array,
): Int32Array {
  for (let i = 0; i < length; i++) {
    const hash = sparkHash(bytes.subarray(keyStart[i], keyEnd[i]))
    out[i] = ((hash % n) + n) % n
  }
  return out
}

function sparkHash(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  const whole = key.length - (key.length % 4)
  let h = 42
  for (let i = 0; i < whole; i += 4) h = mix(h, view.getInt32(i, true))
  for (let i = whole; i < key.length; i++) h = mix(h, view.getInt8(i))
  h ^= key.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function mix(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  h ^= Math.imul(k, 0x1b873593)
  h = (h << 13) | (h >>> 19)
  return (Math.imul(h, 5) + 0xe6546b64) | 0
}

/** The first bound that is not below the key. */
export function obviousRange(keys: Float64Array, bounds: readonly number[], out: Int32Array): Int32Array {
  for (const [i, key] of keys.entries()) {
    const found = bounds.findIndex((bound) => key <= bound)
    out[i] = found < 0 ? bounds.length : found
  }
  return out
}

/** A reservoir over an iterator. */
export function obviousSketch(keys: Iterable<number>, size: number): number[] {
  const sample: number[] = []
  let seen = 0
  for (const key of keys) {
    seen++
    if (sample.length < size) sample.push(key)
    else {
      const place = Math.floor(Math.random() * seen)
      if (place < size) sample[place] = key
    }
  }
  return sample
}
