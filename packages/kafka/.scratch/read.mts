import { KafkaSource, sourceSchema } from '../src/index.ts'
import { systemPorts } from '@ringkeeper/core'
const logger = { debug: () => {}, info: console.log, warn: console.log, error: console.log }
const options = sourceSchema.parse({ brokers: ['127.0.0.1:39192'], topics: ['perf'], group: 'g1', checkCrcs: process.env.CRC === '1' })
const source = new KafkaSource(options, { ports: systemPorts({ logger }) })
const ac = new AbortController()
let shards: any
for await (const s of source.shards({ signal: ac.signal })) { shards = s; break }
const N = Number(process.argv[2] ?? 1_000_000)
let total = 0, batches = 0
const cpu0 = process.cpuUsage(); const t0 = performance.now()
await Promise.all(shards.map(async (shard: any) => {
  const reader = await source.open(shard, await source.startPosition(shard), { signal: ac.signal })
  let next = -1
  try {
    for (;;) {
      const batch = await reader.read({ signal: ac.signal })
      if (!batch) break
      if (next >= 0 && batch.offsets[0] !== next) throw new Error('gap ' + next + ' ' + batch.offsets[0])
      next = batch.nextOffset
      total += batch.length; batches++
      if (total >= N) ac.abort()
    }
  } catch (e) { if (!ac.signal.aborted) throw e }
}))
const cpu = process.cpuUsage(cpu0)
const s = (cpu.user + cpu.system) / 1e6
console.log({ total, batches, wall: (performance.now() - t0) / 1000, cpu: s, perCpuS: Math.round(total / s), perS: Math.round(total / (performance.now() - t0) * 1000), rss: process.memoryUsage().rss / 1e6 })
await source[Symbol.asyncDispose]()
