import { checkCount, checkInteger, checkList, checkNumber, checkOptions, checkParts } from '../check.ts'
import { naturalOrder, type Compare } from './compare.ts'
import { byteSwap32, sketchInputs } from './sketch.ts'
import { XorShiftRandom } from './xor-shift.ts'

/** A sampled key, and how many keys it stands for. */
export type Candidate<K> = readonly [key: K, weight: number]

/** How bounds are looked for. */
export interface RangeBoundsOptions<K> {
  /** The order of the keys, {@link naturalOrder} by default. */
  readonly compare?: Compare<K> | undefined
  /**
   * How many keys are sampled for each partition, 2000 by default, a million in all. Spark takes 20: its partitions
   * differ in size by some ten in a hundred.
   */
  readonly samplesPerPartition?: number | undefined
  /** The id of Spark's RDD, by which it draws its sample; 0 by default. */
  readonly rddId?: number | undefined
}

const MOST_SAMPLES = 1_000_000

/**
 * The bounds that split keys into `numPartitions` ranges of about the same size, from one pass over them: Spark's
 * `RangePartitioner`. There are fewer than asked for where keys repeat or are few.
 *
 * With `samplesPerPartition: 20` the bounds are exactly Spark's, except that an input which is much larger than the
 * others, which Spark reads once more, gives another sample.
 *
 * @param inputs - the keys, in as many arrays or other iterables as the data has partitions: `[keys]` where they are in one
 * @example
 * ```ts
 * rangeBounds([[3, 1, 2], [6, 5, 4]], 3) // [2, 4]
 * ```
 */
export function rangeBounds<K>(
  inputs: readonly Iterable<K>[],
  numPartitions: number,
  options: RangeBoundsOptions<K> = {},
): K[] {
  checkOptions(options)
  const { compare = naturalOrder, samplesPerPartition = 2000, rddId = 0 } = options
  checkCount(numPartitions)
  checkInteger('samplesPerPartition', samplesPerPartition, 1, MOST_SAMPLES)
  checkParts('inputs', inputs)
  if (numPartitions === 1 || inputs.length === 0) return []
  const wanted = Math.min(samplesPerPartition * numPartitions, MOST_SAMPLES)
  // Inputs are rarely of one size, so each gives some more.
  const samplesPerInput = Math.ceil((3 * wanted) / inputs.length)
  const { count, sketches } = sketchInputs(inputs, samplesPerInput, rddId)
  const fraction = Math.min(wanted / Math.max(count, 1), 1)
  const candidates: Candidate<K>[] = []
  for (const { input, count: size, sample } of sketches) {
    if (fraction * size > samplesPerInput && canBeReadAgain(inputs[input]!)) {
      addSampled(candidates, inputs[input]!, fraction, byteSwap32(-rddId - 1) ^ input)
    } else {
      const weight = Math.fround(size / sample.length)
      for (const key of sample) candidates.push([key, weight])
    }
  }
  return candidates.length === 0 ? [] : determineBounds(candidates, Math.min(numPartitions, candidates.length), compare)
}

/**
 * The bounds of ranges of about the same weight: Spark's `RangePartitioner.determineBounds`. A key that repeats is a
 * bound once, so there may be fewer than `numPartitions - 1`.
 *
 * @throws RK_PARTITIONING_BAD_OPTION for a number of partitions that cannot be, and for weights that are no numbers from 0 on
 */
export function determineBounds<K>(
  candidates: readonly Candidate<K>[],
  numPartitions: number,
  compare: Compare<K> = naturalOrder,
): K[] {
  checkCount(numPartitions)
  checkList('candidates', candidates, 'a list of pairs of a key and its weight')
  const order = sortedOrder(candidates, compare)
  let total = 0
  for (const i of order) {
    const weight = candidates[i]![1]
    total += weight >= 0 ? weight : checkNumber('weight of a candidate', weight, 0)
  }
  checkNumber('weight of all candidates', total, 0)
  const step = total / numPartitions
  const bounds: K[] = []
  let sum = 0
  let target = step
  for (let at = 0; at < order.length && bounds.length < numPartitions - 1; at++) {
    const [key, weight] = candidates[order[at]!]!
    sum += weight
    if (sum < target || (bounds.length > 0 && compare(key, bounds.at(-1)!) <= 0)) continue
    bounds.push(key)
    target += step
  }
  return bounds
}

/** The indices of the candidates by key, equal ones in the order in which they come. */
function sortedOrder<K>(candidates: readonly Candidate<K>[], compare: Compare<K>): Uint32Array {
  const order = Uint32Array.from({ length: candidates.length }, (_, i) => i)
  if (compare === naturalOrder && candidates.every(([key]) => typeof key === 'number' && key === key)) {
    // Most of the time goes into comparing, and numbers in a column compare several times as fast.
    const keys = Float64Array.from(candidates, ([key]) => key as number)
    return order.sort((a, b) => keys[a]! - keys[b]! || a - b)
  }
  return order.sort((a, b) => compare(candidates[a]![0], candidates[b]![0]) || a - b)
}

/** A generator is used up by the sketch: its sample has to do. */
function canBeReadAgain(keys: Iterable<unknown>): boolean {
  return (keys[Symbol.iterator]() as unknown) !== keys
}

function addSampled<K>(candidates: Candidate<K>[], keys: Iterable<K>, fraction: number, seed: number): void {
  const random = new XorShiftRandom(seed)
  const weight = Math.fround(1 / fraction)
  for (const key of keys) if (random.nextDouble() <= fraction) candidates.push([key, weight])
}
