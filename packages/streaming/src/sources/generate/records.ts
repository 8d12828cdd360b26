import type { RecordBatch, Shard } from '@ringkeeper/core'
import { BatchBuilder } from '../batch-builder.ts'
import type { GenerateOptions } from './options.ts'

/** How many records of the whole belong to a shard. */
export function recordsOfShard({ records, shards }: GenerateOptions, partition: number): number {
  if (records === undefined) return Number.POSITIVE_INFINITY
  return Math.floor(records / shards) + (partition < records % shards ? 1 : 0)
}

/**
 * Records `from` up to but not including `to` of a shard. A record depends on nothing but the seed, its shard and its
 * number; its key belongs to this shard alone.
 */
export function generateRecords(
  options: GenerateOptions,
  shard: Shard,
  from: number,
  to: number,
  timestamp: number,
): RecordBatch {
  const { seed, shards, keys, valueBytes } = options
  const { partition } = shard
  const keysOfShard = Math.floor((keys - 1 - partition) / shards) + 1
  const bytes = Buffer.allocUnsafe((to - from) * (maxKeyBytes + valueBytes))
  const builder = new BatchBuilder(to - from)
  let end = 0
  for (let number = from; number < to; number += 1) {
    const random = mix(seed, partition, number)
    const key = `key-${(random % keysOfShard) * shards + partition}`
    const keyStart = end
    end += bytes.write(key, end, 'latin1')
    const valueStart = end
    end += bytes.write(`{"key":"${key}","number":${number},"random":${random},"padding":"`, end, 'latin1')
    bytes.fill(0x78, end, valueStart + valueBytes - 2)
    end = Math.max(end, valueStart + valueBytes - 2)
    end += bytes.write('"}', end, 'latin1')
    builder.add(number, timestamp, { keyStart, keyEnd: valueStart, valueStart, valueEnd: end })
  }
  return builder.build(shard, bytes.subarray(0, end), to)
}

/** Room for a key, and for what a value may be longer than asked for. */
const maxKeyBytes = 96

/** An unsigned 32-bit number that depends on all its inputs (the finisher of murmur3 over each). */
function mix(seed: number, partition: number, number: number): number {
  let hash = seed >>> 0
  for (const part of [partition, number, Math.floor(number / 0x1_0000_0000)]) {
    hash = (hash ^ part) + 0x9e37_79b9
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
    hash = (hash ^ (hash >>> 16)) >>> 0
  }
  return hash
}
