import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { examples, type Example } from '../src/examples.ts'

const root = join(import.meta.dirname, '../../..')
const zookeeper = inject('zookeeper')
const kafka = inject('kafka')
const folders = new Set<string>()
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** The topic that the examples name, with a record in it. */
beforeAll(async () => {
  if (!kafka) return
  const client = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 1 }] })
  await admin.disconnect()
  const producer = client.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ key: 'customer-42', value: '{"total":12}' }] })
  await producer.disconnect()
}, 60_000)

describe('the examples in the documents', () => {
  for (const example of examples(root)) {
    if (example.needs.includes('no-run')) continue
    const isMissing = (example.needs.includes('zookeeper') && !zookeeper) || (example.needs.includes('kafka') && !kafka)
    it.skipIf(isMissing)(
      `${example.file}:${example.line} runs`,
      async () => {
        const { code, killed } = await run(example)
        expect({ code, killed }).toEqual({ code: 0, killed: false })
      },
      60_000,
    )
  }
})

/** Runs an example where its package's own imports resolve, against the services of this test run. */
async function run(example: Example): Promise<{ code: number; killed: boolean }> {
  const home =
    example.file.startsWith('docs/') || example.file === 'README.md' ? 'tools/docs-check' : dirname(example.file)
  const folder = join(root, home, 'dist', 'examples')
  folders.add(folder)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${example.file.replaceAll(/\W/g, '-')}-${example.line}.ts`)
  writeFileSync(file, withServices(example.code))
  try {
    await promisify(execFile)(process.execPath, ['--conditions=@ringkeeper/source', file], {
      cwd: folder,
      timeout: 50_000,
    })
    return { code: 0, killed: false }
  } catch (error) {
    const { code, killed, stderr } = error as { code?: number; killed?: boolean; stderr?: string }
    console.error(stderr)
    return { code: code ?? 1, killed: killed === true }
  }
}

function withServices(code: string): string {
  return code
    .replaceAll('127.0.0.1:2181', zookeeper?.connect ?? '127.0.0.1:2181')
    .replaceAll('127.0.0.1:9092', kafka?.bootstrap ?? '127.0.0.1:9092')
}
