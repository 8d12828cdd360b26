/** Records by their keys, as a kind of traffic brings them. */
export interface Traffic {
  readonly name: string
  readonly keys: readonly string[]
}

export const distributionNames = ['uniform', 'zipf-0.8', 'zipf-1.0', 'zipf-1.2', 'sequential', 'uuid'] as const

/** A kind of traffic that the lab can make up. */
export type DistributionName = (typeof distributionNames)[number]

/** So many records of a distribution; always the same ones. */
export function makeTraffic(name: DistributionName, records: number): Traffic {
  const random = randomNumbers(20_260_101)
  return { name, keys: makers[name](records, random) }
}

type Make = (records: number, random: () => number) => string[]

const makers: Readonly<Record<DistributionName, Make>> = {
  uniform: (records, random) => repeat(records, () => `key-${Math.floor(random() * distinctOf(records))}`),
  'zipf-0.8': (records, random) => zipf(0.8, records, random),
  'zipf-1.0': (records, random) => zipf(1, records, random),
  'zipf-1.2': (records, random) => zipf(1.2, records, random),
  sequential: (records) => repeat(records, (i) => String(i)),
  uuid: (records, random) => repeat(records, () => uuid(random)),
}

function repeat(records: number, make: (i: number) => string): string[] {
  return Array.from({ length: records }, (_, i) => make(i))
}

function distinctOf(records: number): number {
  return Math.max(1, Math.floor(records / 4))
}

/** The i-th key comes with a frequency of 1 / i^exponent. */
function zipf(exponent: number, records: number, random: () => number): string[] {
  const sums = new Float64Array(distinctOf(records))
  for (let i = 0, sum = 0; i < sums.length; i++) sums[i] = sum += (i + 1) ** -exponent
  return repeat(records, () => {
    const wanted = random() * sums.at(-1)!
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sums[middle]! > wanted) high = middle
      else low = middle + 1
    }
    return `key-${low}`
  })
}

function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** Numbers from 0 to 1 that look random and are the same every time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
