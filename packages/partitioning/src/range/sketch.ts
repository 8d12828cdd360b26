import { checkInteger, checkParts } from '../check.ts'
import { XorShiftRandom } from './xor-shift.ts'

/** A sample of one input, with how many keys there were. */
export interface InputSketch<K> {
  readonly input: number
  readonly count: number
  readonly sample: K[]
}

/**
 * Up to `size` keys, each with the same chance, in one pass: Spark's `reservoirSampleAndCount`, which takes the same ones.
 *
 * @param seed - 32 bits with sign
 */
export function reservoirSample<K>(
  keys: Iterable<K>,
  size: number,
  seed: number,
): { readonly sample: K[]; readonly count: number } {
  checkInteger('size', size, 1, 0x7fff_ffff)
  return isArrayLike(keys) ? sampleArray(keys, size, seed) : sampleIterable(keys, size, seed)
}

/**
 * Samples every input as Spark's `RangePartitioner.sketch` does.
 *
 * @param inputs - the keys, in as many arrays or other iterables as the data has partitions
 * @param rddId - the id of the RDD, by which Spark draws; 0 by default
 */
export function sketchInputs<K>(
  inputs: readonly Iterable<K>[],
  samplesPerInput: number,
  rddId = 0,
): { readonly count: number; readonly sketches: InputSketch<K>[] } {
  checkParts('inputs', inputs)
  const sketches = inputs.map((keys, input) => {
    const seed = byteSwap32(input ^ (rddId << 16))
    return { input, ...reservoirSample(keys, samplesPerInput, seed) }
  })
  return { count: sketches.reduce((sum, { count }) => sum + count, 0), sketches }
}

/** Scala's `byteswap32`, which spreads the bits of small numbers. */
export function byteSwap32(value: number): number {
  const hash = Math.imul(value, 0x9e3775cd)
  const swapped = (hash << 24) | ((hash & 0xff00) << 8) | ((hash >>> 8) & 0xff00) | (hash >>> 24)
  return Math.imul(swapped, 0x9e3775cd)
}

function sampleArray<K>(keys: ArrayLike<K>, size: number, seed: number): { sample: K[]; count: number } {
  const count = keys.length
  const sample: K[] = Array.prototype.slice.call(keys, 0, size)
  if (count <= size) return { sample, count }
  const random = new XorShiftRandom(seed)
  for (let i = size; i < count; i++) {
    const place = Math.floor(random.nextDouble() * (i + 1))
    if (place < size) sample[place] = keys[i]!
  }
  return { sample, count }
}

function sampleIterable<K>(keys: Iterable<K>, size: number, seed: number): { sample: K[]; count: number } {
  const sample: K[] = []
  const random = new XorShiftRandom(seed)
  let count = 0
  for (const key of keys) {
    if (count++ < size) {
      sample.push(key)
      continue
    }
    const place = Math.floor(random.nextDouble() * count)
    if (place < size) sample[place] = key
  }
  return { sample, count }
}

function isArrayLike<K>(keys: Iterable<K>): keys is Iterable<K> & ArrayLike<K> {
  return Array.isArray(keys) || ArrayBuffer.isView(keys)
}
