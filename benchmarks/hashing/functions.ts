import { md5, murmur2, murmur3, xxh32, xxh64 } from '@ringkeeper/hashing'
import { compare, type Row, type Side } from '../harness/index.ts'
import { makeKeys, passes } from './inputs.ts'
import { kafkajsMurmur2 } from './rivals.ts'
import type { Measurement } from './rows.ts'

const overMurmur2 = (keys: readonly string[], times: number): Side =>
  passes(times, keys, (list) => {
    let last: unknown
    for (const key of list) last = murmur2(key)
    return last
  })

/** The hash functions themselves. */
export const functions: Readonly<Record<string, Measurement>> = {
  'murmur2, kafkajs': () => {
    const keys = makeKeys(100_000)
    return compare({
      work: 'Kafka murmur2, 26 characters',
      rival: 'kafkajs',
      ours: overMurmur2(keys, 10),
      theirs: passes(1, keys.slice(0, 50_000), (list) => {
        let last: unknown
        for (const key of list) last = kafkajsMurmur2(key)
        return last
      }),
      goal: '>= 40',
    })
  },
  'murmur2 of byte ranges': () => {
    const keys = makeKeys(500_000, 16)
    const bytes = new TextEncoder().encode(keys.join(''))
    const ranges = (): unknown => {
      let last: unknown
      for (let start = 0; start < bytes.length; start += 16) last = murmur2(bytes, start, start + 16)
      return last
    }
    return compare({
      work: 'Kafka murmur2 of byte ranges, 16 bytes',
      rival: 'our string form',
      ours: passes(1, keys, ranges),
      theirs: overMurmur2(keys, 1),
      goal: '<= 0.5',
    })
  },
  ...againstMurmur3('xxh32', (key) => xxh32(key)),
  ...againstMurmur3('xxh64', (key) => xxh64(key)),
  ...againstMurmur3('md5', (key) => md5(key)),
}

function againstMurmur3(name: string, hash: (key: string) => unknown): Readonly<Record<string, Measurement>> {
  const measure = (): Promise<Row> => {
    const keys = makeKeys(100_000)
    return compare({
      work: `${name}, 26 characters`,
      rival: 'our murmur3',
      ours: passes(3, keys, (list) => {
        let last: unknown
        for (const key of list) last = hash(key)
        return last
      }),
      theirs: passes(3, keys, (list) => {
        let last: unknown
        for (const key of list) last = murmur3(key)
        return last
      }),
    })
  }
  return { [`${name}, murmur3`]: measure }
}
