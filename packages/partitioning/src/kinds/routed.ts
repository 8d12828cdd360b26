import type { Key } from '@ringkeeper/core'
import { HashRing, Jump, Maglev, Rendezvous, SlotTable } from '@ringkeeper/hashing'
import { checkInteger, checkList, checkWeight } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { refusedKey, refusedOption } from '../hash/refused.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'

/** Consistent hashing of keys to numbered partitions: few keys move when a partition is added at the end. */
export interface RoutedDescription {
  readonly kind: 'ring' | 'rendezvous' | 'jump' | 'maglev' | 'slots'
  /** At most 1,048,576. */
  readonly numPartitions: number
  /** The share of each partition, 1 for all by default; not for `jump`. */
  readonly weights?: readonly number[] | undefined
  /** Another seed, another placement; for `ring` and `rendezvous`, 0 by default. */
  readonly seed?: number | undefined
  /** See `HashRing`; for `ring`, 512 by default. */
  readonly pointsPerWeight?: number | undefined
  /** How many entries the table has: for `maglev` a prime, 65537 by default; for `slots` a power of two, 16384 by default. */
  readonly size?: number | undefined
}

/** Each partition is a node of the router, which keeps a list of them. */
const MOST_PARTITIONS = 0x10_0000

const POINTS_PER_WEIGHT = 512

interface Place {
  readonly ofKey: (key: Key) => number
  readonly ofRange: (bytes: Uint8Array, start: number, end: number) => number
  /** The options that apply, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>
}

/**
 * Places keys by a router of `@ringkeeper/hashing` whose nodes are the partitions' numbers ("0", "1", ...). Keys hash as
 * there: `1` and `1n` are one key, `"1"` is another.
 */
export class RoutedPartitioner extends DescribedPartitioner<Key> {
  readonly #place: Place

  constructor(description: RoutedDescription) {
    super(description.kind, checkInteger('numPartitions', description.numPartitions, 1, MOST_PARTITIONS))
    try {
      this.#place = places[description.kind](description)
    } catch (error) {
      throw refusedOption(error, description.pointsPerWeight ?? POINTS_PER_WEIGHT)
    }
  }

  override partition(key: Key): number {
    if (key === null || key === undefined) throw partitioningErrors.KEYLESS({ kind: this.kind })
    try {
      return this.#place.ofKey(key)
    } catch (error) {
      throw refusedKey(this.kind, key, error)
    }
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return this.#place.ofRange(bytes, start, end)
  }

  protected override options(): Readonly<Record<string, unknown>> {
    return this.#place.options
  }
}

/** Which options each of these kinds has. */
export const routedOptions: Readonly<Record<RoutedDescription['kind'], readonly string[]>> = {
  ring: ['weights', 'seed', 'pointsPerWeight'],
  rendezvous: ['weights', 'seed'],
  jump: [],
  maglev: ['weights', 'size'],
  slots: ['weights', 'size'],
}

const places: Readonly<Record<RoutedDescription['kind'], (description: RoutedDescription) => Place>> = {
  ring: (description) => {
    const { seed = 0, pointsPerWeight = POINTS_PER_WEIGHT } = description
    const { nodes, weights } = nodesOf(description)
    const ring = new HashRing(nodes, { seed, pointsPerWeight })
    const partitions = Int32Array.from(ring.nodes, Number)
    return {
      ofKey: (key) => partitions[ring.indexOfHash(ring.hashOf(key))]!,
      ofRange: (bytes, start, end) => partitions[ring.indexOfHash(ring.hashOfRange(bytes, start, end))]!,
      options: { ...weights, seed, pointsPerWeight },
    }
  },
  rendezvous: (description) => {
    const { seed = 0 } = description
    const { nodes, weights } = nodesOf(description)
    return named(new Rendezvous(nodes, { seed }), { ...weights, seed })
  },
  jump: (description) => named(new Jump(nodesOf(description).nodes.map(({ id }) => id)), {}),
  maglev: (description) => {
    const { size = 65_537 } = description
    const { nodes, weights } = nodesOf(description)
    return named(new Maglev(nodes, { size }), { ...weights, size })
  },
  slots: (description) => {
    const { size = 16_384 } = description
    const { nodes, weights } = nodesOf(description)
    return named(new SlotTable(nodes, { slots: size }), { ...weights, size })
  },
}

/** Looks partitions up by the names of nodes. */
function named(router: { get: (key: Key) => string | undefined }, options: Place['options']): Place {
  const ofKey = (key: Key): number => Number(router.get(key))
  return { ofKey, ofRange: (bytes, start, end) => ofKey(bytes.subarray(start, end)), options }
}

function nodesOf({ numPartitions, weights }: RoutedDescription): {
  readonly nodes: readonly { readonly id: string; readonly weight: number }[]
  readonly weights: { readonly weights?: readonly number[] }
} {
  if (weights !== undefined) checkWeights(weights, numPartitions)
  const nodes = Array.from({ length: numPartitions }, (_, i) => ({ id: String(i), weight: weights?.[i] ?? 1 }))
  return { nodes, weights: weights === undefined ? {} : { weights: [...weights] } }
}

/** Refuses weights that are not one for each partition, negative, or all 0. */
export function checkWeights(weights: readonly number[], numPartitions: number): void {
  checkList('weights', weights, 'a number for each partition')
  for (const weight of weights) checkWeight('weights', weight)
  if (weights.length !== numPartitions || !weights.some((weight) => weight > 0)) {
    const expected = `${numPartitions} numbers, one for each partition, not all of them 0`
    throw partitioningErrors.BAD_OPTION({ option: 'weights', value: weights, expected })
  }
}
