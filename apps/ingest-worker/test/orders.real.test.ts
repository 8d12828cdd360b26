import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, inject, it } from 'vitest'
import { folderWith, ingest, startIngest, type IngestProcess, type Outcome } from './support/ingest.ts'

const zookeeper = inject('zookeeper')
const kafka = inject('kafka')

interface Line {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: unknown
  readonly worker: string
  readonly token: string
}

interface FleetJson {
  readonly leaderId: string
  readonly members: readonly { readonly id: string; readonly http: string }[]
  readonly shards: readonly {
    readonly owner?: { readonly nodeId: string; readonly token: string }
    readonly nextOffset: number
  }[]
}

const records = 4000

/** The pipeline of the README, on the services of this run. */
function orders(topic: string): string {
  return `
pipeline: ${topic}
coordination: { type: zookeeper, connect: "${zookeeper?.connect}", root: /ringkeeper, sessionTimeout: 4s }   # or { type: memory }, for one process alone
source: { type: kafka, brokers: ["${kafka?.bootstrap}"], topics: [${topic}], group: ${topic}-ingest, startFrom: earliest }
codec: json                      # bytes | text | json
route:
  key: key                       # the record's key, or a path into a decoded value such as value.customer
  targets:
    - { name: north, weight: 2, sink: { type: file, path: "out/{target}-{worker}.ndjson", format: envelope } }
    - { name: south, weight: 1, sink: { type: file, path: "out/{target}-{worker}.ndjson", format: envelope } }
deadLetters: { type: file, path: "out/dead-{worker}.ndjson" }
worker: { id: "\${WORKER_ID:-auto}", drainTimeout: 10s, commitInterval: 1s }
http: { host: 127.0.0.1, port: 0 }  # 0 picks one; the address is printed and in /status
`
}

async function fill(topic: string): Promise<void> {
  const client = new Kafka({ brokers: [kafka?.bootstrap ?? ''], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: true })
  await admin.disconnect()
  const producer = client.producer()
  await producer.connect()
  const messages = Array.from({ length: records }, (_, n) => ({ key: `k${n % 97}`, value: JSON.stringify({ n }) }))
  await producer.send({ topic, messages: [...messages, { key: 'bad', value: 'not json' }] })
  await producer.disconnect()
}

async function written(folder: string, begin: RegExp): Promise<Line[]> {
  const names = (await readdir(join(folder, 'out')).catch(() => [])).filter((name) => begin.test(name))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'out', name), 'utf8')))
  return texts.flatMap((text) => {
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
  })
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await pause(50)
  }
}

describe.skipIf(!zookeeper || !kafka)('a fleet on Kafka and ZooKeeper', { timeout: 120_000 }, () => {
  it('shares the partitions, shows itself, and leaves every record written once', async () => {
    const topic = `orders-${Date.now()}`
    await fill(topic)
    const folder = await folderWith({ 'orders.yaml': orders(topic) })
    const run = (id: string): IngestProcess => startIngest(folder, ['run', 'orders.yaml'], { WORKER_ID: id })
    const workers = [run('one'), run('two')]
    const addresses = await Promise.all(workers.map(({ address }) => address))
    const fleet = await until(async () => {
      const { code, out } = await ingest('status', join(folder, 'orders.yaml'), '--json')
      const view = code === 0 ? (JSON.parse(out) as FleetJson) : undefined
      const owners = new Set(view?.shards.map(({ owner }) => owner?.nodeId))
      return owners.has('one') && owners.has('two') && !owners.has(undefined as never) ? view : undefined
    })
    expect(fleet.members.map(({ http }) => http).toSorted()).toEqual(addresses.toSorted())
    expect(['one', 'two']).toContain(fleet.leaderId)
    expect(fleet.shards).toHaveLength(4)
    for (const { owner } of fleet.shards) expect(owner?.token).toMatch(/^\d+$/)
    const all = await until(async () => {
      const lines = await written(folder, /^(north|south)-/)
      return lines.length >= records ? lines : undefined
    })
    expect(new Set(all.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(records)
    expect(all).toHaveLength(records)
    expect(await until(async () => (await written(folder, /^dead-/))[0])).toMatchObject({
      topic,
      key: 'bad',
      value: 'not json',
      error: { code: 'RK_STREAMING_MALFORMED_RECORD' },
    })
    const { out } = await ingest('status', join(folder, 'orders.yaml'))
    expect(out).toContain('(leader)')
    for (const worker of workers) worker.kill('SIGTERM')
    for (const { exited } of workers) expect(await exited).toMatchObject({ code: 0 })
    const after = JSON.parse((await ingest('status', join(folder, 'orders.yaml'), '--json')).out) as FleetJson
    expect(after.members).toEqual([])
    expect(after.shards.reduce((sum, { nextOffset }) => sum + nextOffset, 0)).toBe(records + 1)
  })

  it("refuses a worker whose ring is not the pipeline's", async () => {
    const topic = `rings-${Date.now()}`
    await fill(topic)
    const folder = await folderWith({
      'orders.yaml': orders(topic),
      'other.yaml': orders(topic).replace('  key: key', '  points: 64\n  key: key'),
    })
    const first = startIngest(folder, ['run', 'orders.yaml'], { WORKER_ID: 'one' })
    await first.logged('has joined its fleet')
    const { code, err } = await startIngest(folder, ['run', 'other.yaml'], { WORKER_ID: 'two' }).exited
    expect(code).toBe(78)
    expect(err).toContain('RK_STREAMING_RING_MISMATCH')
    expect(err).toContain('route.points is 64 here and 512 there')
    const duplicate = await startIngest(folder, ['run', 'orders.yaml'], { WORKER_ID: 'one' }).exited
    expect(duplicate).toMatchObject({
      code: 78,
      err: expect.stringContaining('RK_STREAMING_DUPLICATE_NODE_ID') as string,
    })
    const reset = (): Promise<Outcome> => ingest('reset-config', join(folder, 'other.yaml'))
    expect(await reset()).toMatchObject({
      code: 1,
      err: expect.stringContaining('RK_STREAMING_WORKERS_RUNNING') as string,
    })
    first.kill('SIGTERM')
    expect(await first.exited).toMatchObject({ code: 0 })
    expect(await reset()).toMatchObject({ code: 0, out: expect.stringContaining('"route.points":512') as string })
    expect(await reset()).toMatchObject({ code: 0, out: expect.stringContaining('nothing to remove') as string })
    const second = startIngest(folder, ['run', 'other.yaml'], { WORKER_ID: 'two' })
    await second.logged('has joined its fleet')
    second.kill('SIGTERM')
    expect(await second.exited).toMatchObject({ code: 0 })
  })
})
