import { keyColumns, type KeyColumns } from '@ringkeeper/partitioning'

/** Numbers from 0 to 1 that look random and are the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** `count` distinct keys of so many characters, flat in memory like keys that were just read from a socket. */
export function makeKeys(count: number, length: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const text = `${i.toString(36)}:${Math.imul(i, 0x9e3779b1) >>> 0}`
    return Buffer.from(text.padEnd(length, 'x').slice(0, length)).toString('latin1')
  })
}

export function makeColumns(count: number, length: number): KeyColumns {
  return keyColumns(makeKeys(count, length))
}

/** Numbers whose logarithms are normal: most are small, some very large. */
export function logNormal(count: number, spread = 2): Float64Array {
  const random = randomNumbers(7)
  return Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    return Math.exp(spread * radius * Math.cos(2 * Math.PI * random()))
  })
}

/** Records of which key i comes with a frequency of 1 / i^exponent. */
export function zipf(exponent: number, distinct: number, records: number): string[] {
  const random = randomNumbers(11)
  const sums = new Float64Array(distinct)
  for (let i = 0, sum = 0; i < distinct; i++) sums[i] = sum += (i + 1) ** -exponent
  return Array.from({ length: records }, () => {
    const wanted = random() * sums[distinct - 1]!
    let low = 0
    let high = distinct - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sums[middle]! > wanted) high = middle
      else low = middle + 1
    }
    return `key-${low}`
  })
}
