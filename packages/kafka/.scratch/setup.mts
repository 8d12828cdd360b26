import { Kafka, Partitioners, logLevel } from 'kafkajs'
const kafka = new Kafka({ brokers: ['127.0.0.1:39192'], logLevel: logLevel.ERROR })
const admin = kafka.admin(); await admin.connect()
await admin.createTopics({ topics: [{ topic: 'perf', numPartitions: 8, replicationFactor: 1 }] }).catch(console.error)
await admin.disconnect()
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
await producer.connect()
const N = Number(process.argv[2] ?? 1_000_000)
let t = Date.now()
const value = Buffer.alloc(200, 'x')
for (let i = 0; i < N; i += 10000) {
  const messages = []
  for (let j = i; j < i + 10000; j++) { const v = Buffer.from(value); v.write(String(j)); messages.push({ key: 'key-' + (j % 10000), value: v }) }
  await producer.send({ topic: 'perf', messages })
}
console.log('produced', N, Date.now() - t)
await producer.disconnect()
