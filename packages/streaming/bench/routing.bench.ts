/**
 * Nanoseconds per record for routing alone (hash of a 16-byte key, ring, counting sort) and for the whole data path from
 * a source in memory to sinks that take everything at once. Run with
 * `node --conditions=@ringkeeper/source packages/streaming/bench/routing.bench.ts`.
 */
import {
  RecordBatch,
  systemPorts,
  type RecordColumns,
  type ShardReader,
  type Sink,
  type Source,
} from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { PipelineHost, type ShardLease, type TargetSpec } from '@ringkeeper/streaming'
import { Assignment } from '../src/routing/assignment.ts'
import { RingLocator } from '../src/routing/locator.ts'
import { RouteKeys } from '../src/routing/route-keys.ts'

const RECORDS = 5000
const KEY = 16
const VALUE = 200
const TARGETS = 8
const ROUNDS = 7

/** A batch as Kafka's source makes it: one buffer, 10,000 keys in turn. */
function makeColumns(firstOffset: number): RecordColumns {
  const bytes = Buffer.alloc(RECORDS * (KEY + VALUE), 'x')
  const [keyStart, keyEnd, valueStart, valueEnd] = Array.from({ length: 4 }, () => new Int32Array(RECORDS)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  for (let index = 0; index < RECORDS; index += 1) {
    const at = index * (KEY + VALUE)
    bytes.write(`key-${String((firstOffset + index * 7919) % 10_000).padStart(KEY - 4, '0')}`, at)
    keyStart[index] = at
    keyEnd[index] = valueStart[index] = at + KEY
    valueEnd[index] = at + KEY + VALUE
  }
  return {
    topic: 'bench',
    partition: 0,
    length: RECORDS,
    nextOffset: firstOffset + RECORDS,
    bytes,
    keyStart,
    keyEnd,
    valueStart,
    valueEnd,
    offsets: Float64Array.from({ length: RECORDS }, (_, index) => firstOffset + index),
    timestamps: new Float64Array(RECORDS),
    headersStart: new Int32Array(RECORDS).fill(-1),
    headersEnd: new Int32Array(RECORDS).fill(-1),
  }
}

/** CPU nanoseconds of this process per record. */
async function measure(records: number, work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / records
}

const columns = Array.from({ length: 40 }, (_, index) => makeColumns(index * RECORDS))
const batches = columns.map((each) => new RecordBatch(each))
const names = Array.from({ length: TARGETS }, (_, index) => `target-${index}`)

async function routing(): Promise<number> {
  const ring = new HashRing(names)
  const locator = new RingLocator(ring, [...names.keys()])
  const keys = new RouteKeys('key')
  const assignment = new Assignment()
  const repeats = 10
  return await measure(repeats * batches.length * RECORDS, () => {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const batch of batches) {
        keys.locate(batch, ring, assignment, undefined)
        assignment.sort(batch, locator, TARGETS + 2, { keyless: TARGETS, rejected: TARGETS + 1 })
      }
    }
  })
}

async function wholePath(): Promise<number> {
  const total = 400
  const ports = systemPorts()
  let read = 0
  const reader: ShardReader = {
    end: undefined,
    read: async () => {
      if (read === total) return undefined
      const each = columns[read % columns.length] as RecordColumns
      read += 1
      return new RecordBatch({ ...each, nextOffset: read * RECORDS })
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const source: Source = {
    bounded: true,
    shards: async function* () {},
    startPosition: async () => 0,
    open: async () => reader,
    [Symbol.asyncDispose]: async () => {},
  }
  let written = 0
  const sink = (): Sink => ({
    write: async (chunks) => {
      for (const { selection } of chunks) written += selection.end - selection.start
    },
    [Symbol.asyncDispose]: async () => {},
  })
  const capabilities = { ordered: true, idempotent: true, fenced: true }
  const onError = { retry: { initial: 100, max: 1000, factor: 2 }, maxAttempts: 1, then: 'block' as const }
  const targets = names.map((name): TargetSpec => ({ name, weight: 1, sink: sink(), capabilities, onError }))
  const settings = {
    commitInterval: 1000,
    mirrorInterval: 5000,
    writeTimeout: 1000,
    stallTimeout: 30_000,
    maxBytesInFlight: 64 * 1024 * 1024,
    maxBytesInFlightPerShard: 16 * 1024 * 1024,
    sessionTimeout: 4000,
  }
  const route = { key: 'key', points: 512, flipDeadline: 5000, targets }
  const host = new PipelineHost({ ports, source, route, settings })
  const lease: ShardLease = {
    shard: { topic: 'bench', partition: 0 },
    fence: { worker: 'bench', token: 1n },
    nextOffset: 0,
    deadline: Infinity,
    signal: new AbortController().signal,
    isHeld: () => true,
    whenHeld: async () => {},
    mirror: async () => {},
  }
  const cost = await measure(total * RECORDS, () => host.start(lease).finished)
  await host[Symbol.asyncDispose]()
  if (written !== total * RECORDS) throw new Error(`${written} of ${total * RECORDS} records written`)
  return cost
}

for (const [name, work] of [
  ['routing alone', routing],
  ['source to sinks, both in memory', wholePath],
] as const) {
  await work()
  const costs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) costs.push(await work())
  costs.sort((a, b) => a - b)
  const [low, middle, high] = [0, ROUNDS >> 1, ROUNDS - 1].map((at) => (costs[at] as number).toFixed(1))
  console.log(`${name}: ${middle} ns of CPU per record [${low} .. ${high}]`)
}
