import { md5, murmur2, murmur3, xxh32, xxh64 } from '@ringkeeper/hashing'
import type { Side } from '../harness/index.ts'
import type { Duel } from './duels.ts'
import { makeKeys, passes } from './inputs.ts'
import { kafkajsMurmur2 } from './rivals.ts'

/** A side that hashes distinct keys. In a process of its own, so that `hash` is all that its loop ever calls. */
const hashing = (hash: (key: string) => unknown, times = 10, keys = makeKeys(100_000)): Side =>
  passes(times, keys, hash)

/** The hash functions themselves. */
export const functions: readonly Duel[] = [
  {
    work: 'Kafka murmur2, 26 characters',
    rival: 'kafkajs',
    ours: () => hashing((key) => murmur2(key)),
    theirs: () => hashing(kafkajsMurmur2, 1, makeKeys(50_000)),
    goal: '>= 40',
  },
  {
    work: 'Kafka murmur2 of byte ranges, 16 bytes',
    rival: 'our string form',
    ours: () => {
      const bytes = new TextEncoder().encode(makeKeys(100_000, 16).join(''))
      const starts = Array.from({ length: 100_000 }, (_, i) => i * 16)
      return passes(50, starts, (start) => murmur2(bytes, start, start + 16))
    },
    theirs: () => hashing((key) => murmur2(key), 50, makeKeys(100_000, 16)),
    goal: '<= 0.5',
  },
  {
    work: 'murmur3, 64 characters, read one by one',
    rival: '65 characters, by the encoder',
    ours: () => hashing((key) => murmur3(key), 3, makeKeys(30_000, 64)),
    theirs: () => hashing((key) => murmur3(key), 3, makeKeys(30_000, 65)),
  },
  ...Object.entries({ xxh32, xxh64, md5 }).map(([name, hash]): Duel => ({
    work: `${name}, 26 characters`,
    rival: 'our murmur3',
    ours: () => hashing((key) => hash(key), 3),
    theirs: () => hashing((key) => murmur3(key), 3),
  })),
]
