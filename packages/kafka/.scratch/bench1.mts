// passes over perf topic: ours vs kafkajs eachBatch ; usage: bench1.mts ours|each passes
import { KafkaSource, sourceSchema } from '../src/index.ts'
import { RecordCursor, systemPorts } from '@ringkeeper/core'
import { Kafka, logLevel } from 'kafkajs'
const [mode, passes = '4', cursor] = process.argv.slice(2)
const N = 1_000_000
const marks: any[] = []
const mark = () => { const c = process.cpuUsage(); marks.push([(c.user + c.system) / 1e6, performance.now() / 1e3]) }
if (mode === 'ours') {
  const options = sourceSchema.parse({ brokers: ['127.0.0.1:39192'], topics: ['perf'], group: 'g1', checkCrcs: process.env.CRC === '1' })
  const source = new KafkaSource(options, { ports: systemPorts() })
  const ac = new AbortController()
  let shards: any
  for await (const s of source.shards({ signal: ac.signal })) { shards = s; break }
  for (let p = 0; p < +passes; p++) {
    mark()
    let total = 0, sum = 0
    const one = new AbortController()
    await Promise.all(shards.map(async (shard: any) => {
      const reader = await source.open(shard, 0, { signal: ac.signal })
      try {
        let cur: RecordCursor | undefined
        for (;;) {
          const batch = await reader.read({ signal: one.signal })
          if (!batch) break
          total += batch.length
          if (cursor) { cur ??= new RecordCursor(batch); for (let i = 0; i < batch.length; i++) { cur.moveTo(i, batch); sum += cur.key!.length + cur.value!.length } }
          if (total >= N) one.abort()
        }
      } catch (e) { if (!one.signal.aborted) throw e }
      await reader[Symbol.asyncDispose]()
    }))
  }
  mark()
  await source[Symbol.asyncDispose]()
} else {
  const kafka = new Kafka({ brokers: ['127.0.0.1:39192'], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: 'each' + Date.now(), maxBytes: 8 << 20, maxBytesPerPartition: 1 << 20 })
  await consumer.connect(); await consumer.subscribe({ topic: 'perf', fromBeginning: true })
  let total = 0, done: any; const fin = new Promise(r => done = r)
  let pass = 0
  await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 8, eachBatch: async ({ batch }) => {
    if (total === 0) mark()
    total += batch.messages.length
    if (total % N === 0) { mark(); if (total >= N * +passes) { done() } else for (let i = 0; i < 8; i++) consumer.seek({ topic: 'perf', partition: i, offset: '0' }) }
  } })
  await fin; await consumer.disconnect()
}
for (let i = 1; i < marks.length; i++) { const c = marks[i][0] - marks[i-1][0], w = marks[i][1] - marks[i-1][1]; console.log(mode, 'perCpuS', Math.round(N / c), 'perS', Math.round(N / w)) }
console.log('rss', Math.round(process.memoryUsage().rss / 1e6))
