import { md5, murmur2, murmur3, xxh32, xxh64 } from '@ringkeeper/hashing'
import { compare, type Row } from '../harness/index.ts'
import { makeKeys, overKeys } from './inputs.ts'
import { kafkajsMurmur2 } from './rivals.ts'

/** The hash functions themselves. */
export async function functions(): Promise<Row[]> {
  const keys = makeKeys(100_000)
  const items = 1_000_000
  const theirs = { items, run: overKeys(keys, items, murmur3Of) }
  const rows = [
    await compare({
      work: 'Kafka murmur2, 26 characters',
      rival: 'kafkajs',
      ours: { items, run: overKeys(keys, items, (key) => murmur2(key)) },
      theirs: { items: 50_000, run: overKeys(keys, 50_000, kafkajsMurmur2) },
      goal: '>= 40',
    }),
    await byteRanges(),
  ]
  for (const [name, hash] of Object.entries({ xxh32, xxh64, md5 })) {
    const side = { items: 300_000, run: overKeys(keys, 300_000, (key) => hash(key)) }
    rows.push(await compare({ work: `${name}, 26 characters`, rival: 'our murmur3', ours: side, theirs }))
  }
  return rows
}

const murmur3Of = (key: string): number => murmur3(key)

async function byteRanges(): Promise<Row> {
  const count = 500_000
  const keys = makeKeys(count, 16)
  const bytes = new TextEncoder().encode(keys.join(''))
  const ranges = (): number => {
    let sum = 0
    for (let start = 0; start < bytes.length; start += 16) sum ^= murmur2(bytes, start, start + 16)
    return sum
  }
  return compare({
    work: 'Kafka murmur2 of byte ranges, 16 bytes',
    rival: 'our string form',
    ours: { items: count, run: ranges },
    theirs: { items: count, run: overKeys(keys, count, (key) => murmur2(key)) },
    goal: '<= 0.5',
  })
}
