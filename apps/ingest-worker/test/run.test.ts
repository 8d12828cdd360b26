import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { folderWith, ingestCommand, startIngest } from './support/ingest.ts'

interface Envelope {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly worker: string
}

interface LogLine {
  readonly level: number
  readonly msg: string
  readonly code?: string
  readonly error?: string
}

const ndjson = Array.from({ length: 100 }, (_, n) => JSON.stringify({ id: `k${n % 7}`, n })).join('\n')

const files = `
pipeline: files
source: { type: file, path: "*.ndjson", key: id }
codec: json
route:
  targets:
    - { name: north, weight: 2, sink: { type: file, path: "out/{target}-{worker}.json" } }
    - { name: south, sink: { type: file, path: "out/{target}-{worker}.json" } }
deadLetters: { type: file, path: "out/dead-{worker}.json" }
worker: { id: w1 }
`

/** A plugin whose sink never comes up. */
const stuckPlugin = `
export default {
  name: 'stuck',
  apiVersion: 1,
  components: [{
    kind: 'sink',
    type: 'stuck',
    schema: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
    capabilities: { ordered: true, idempotent: true, fenced: false },
    create: () => {
      process.stderr.write('the sink is asked for')
      return new Promise(() => setInterval(() => {}, 1000))
    },
  }],
}
`

async function linesIn(folder: string, begin: string): Promise<Envelope[]> {
  const names = (await readdir(join(folder, 'out'))).filter((name) => name.startsWith(begin))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'out', name), 'utf8')))
  return texts.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Envelope),
  )
}

/** Asks again until the answer is the one waited for. */
async function untilAnswer(url: string, status: number): Promise<string> {
  for (;;) {
    const answer = await fetch(url)
    const body = await answer.text()
    if (answer.status === status) return body
    await pause(20)
  }
}

describe('ringkeeper-ingest run', { timeout: 60_000 }, () => {
  it('ends with 0 at the end of a bounded source, with every record in one of the targets', async () => {
    const folder = await folderWith({ 'in.ndjson': `${ndjson}\nnot json\n`, 'pipeline.yaml': files })
    expect(await startIngest(folder, ['run', 'pipeline.yaml']).exited).toMatchObject({ code: 0 })
    const written = [...(await linesIn(folder, 'north')), ...(await linesIn(folder, 'south'))]
    expect(written.map(({ offset }) => offset).sort((a, b) => a - b)).toHaveLength(100)
    expect(new Set(written.map(({ offset }) => offset)).size).toBe(100)
    expect(await linesIn(folder, 'dead')).toMatchObject([{ topic: 'in.ndjson', value: 'not json', attempts: 0 }])
  })

  it('drains on SIGTERM, ends with 0, and a later run goes on from there', async () => {
    const pipeline = (rate: string): string => `
pipeline: long
source: { type: generate, shards: 3, records: 50000, ${rate} }
route: { targets: [{ name: all, sink: { type: file, path: "out/{target}-{worker}.json" } }] }
worker: { id: "\${WORKER}" }
`
    const folder = await folderWith({ 'slow.yaml': pipeline('rate: 5000'), 'fast.yaml': pipeline('seed: 1') })
    const first = startIngest(folder, ['run', 'slow.yaml'], { WORKER: 'one' })
    await first.logged('has joined its fleet')
    while ((await linesIn(folder, 'all-one').catch(() => [])).length === 0) await pause(20)
    first.kill('SIGTERM')
    expect(await first.exited).toMatchObject({ code: 0 })
    const before = await linesIn(folder, 'all-one')
    expect(before.length).toBeLessThan(50_000)
    expect(await startIngest(folder, ['run', 'fast.yaml'], { WORKER: 'two' }).exited).toMatchObject({ code: 0 })
    const all = [...before, ...(await linesIn(folder, 'all-two'))]
    expect(all).toHaveLength(50_000)
    expect(new Set(all.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(50_000)
  })

  it('shows itself on its status pages, without secrets', async () => {
    const folder = await folderWith({
      'pipeline.yaml': `
pipeline: shown
source: { type: generate, shards: 2, rate: 1000 }
route:
  targets:
    - { name: all, sink: { type: memory } }
    - { name: web, weight: 0, sink: { type: http, url: "http://127.0.0.1:9/", headers: { authorization: "Bearer \${TEST_TOKEN}" } } }
worker: { id: shown-s3cret }
http: { port: 0 }
`,
    })
    const worker = startIngest(folder, ['run', 'pipeline.yaml'], { TEST_TOKEN: 's3cret' })
    const address = await worker.address
    expect(JSON.parse(await untilAnswer(`${address}/ready`, 200))).toEqual({ ok: true, problems: [] })
    expect((await fetch(`${address}/live`)).status).toBe(200)
    const status = await (await fetch(`${address}/status`)).text()
    expect(JSON.parse(status)).toMatchObject({
      address,
      pipeline: 'shown',
      worker: 'shown-[redacted]',
      fleet: { isLeader: true, members: [{ http: address }] },
      shards: [{ state: 'active' }, { state: 'active' }],
      targets: [{ name: 'all' }, { name: 'web' }],
    })
    const metrics = await (await fetch(`${address}/metrics`)).text()
    expect(metrics).toMatch(/^ringkeeper_shard_records_total\{topic="generate",partition="1",pipeline="shown"\} \d+$/m)
    expect(metrics).toContain(
      'ringkeeper_shard_hand_overs_total{topic="generate",partition="0",event="acquired",pipeline="shown"} 1',
    )
    expect(metrics).toMatch(/^ringkeeper_target_records_total\{target="all",pipeline="shown"\} \d+$/m)
    expect((await fetch(`${address}/nowhere`)).status).toBe(404)
    expect((await fetch(`${address}/status`, { method: 'POST' })).status).toBe(405)
    worker.kill('SIGINT')
    const { code, out, err } = await worker.exited
    expect(code).toBe(0)
    expect(out + err).not.toContain('s3cret')
  })

  it('refuses to run beside another process that keeps its positions in the same file', async () => {
    const folder = await folderWith({
      'pipeline.yaml': `
pipeline: alone
source: { type: generate, rate: 100 }
route: { targets: [{ name: all, sink: { type: memory } }] }
`,
    })
    const first = startIngest(folder, ['run', 'pipeline.yaml'])
    await first.logged('has joined its fleet')
    const { code, err } = await startIngest(folder, ['run', 'pipeline.yaml']).exited
    expect(code).toBe(78)
    expect(err).toContain('RK_STREAMING_POSITION_FILE_IN_USE')
    first.kill('SIGTERM')
    expect(await first.exited).toMatchObject({ code: 0 })
    expect(await readdir(join(folder, '.ringkeeper'))).toEqual(['alone.json'])
  })

  it('waits for a sink that refuses, says so on /live, and loses nothing', async () => {
    let refusals = 0
    let isOpen = false
    const bodies: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        if (isOpen) bodies.push(body)
        else refusals += 1
        response.writeHead(isOpen ? 204 : 401).end()
      })
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const folder = await folderWith({
      'in.ndjson': `${ndjson}\n`,
      'pipeline.yaml': `
pipeline: refused
source: { type: file, path: "*.ndjson" }
codec: json
route:
  targets: [{ name: web, sink: { type: http, url: "${url}", format: value }, onError: { retry: { initial: 20ms, max: 50ms } } }]
worker: { stallTimeout: 300ms }
http: { port: 0 }
`,
    })
    const worker = startIngest(folder, ['run', 'pipeline.yaml', '--log-level', 'error'])
    const health = await untilAnswer(`${await worker.address}/live`, 503)
    expect(health).toContain('in.ndjson/0 has made no progress')
    expect(refusals).toBeGreaterThan(1)
    isOpen = true
    expect(await worker.exited).toMatchObject({ code: 0 })
    expect(bodies.join('').trim()).toBe(ndjson)
  })

  it('stops in time although a sink takes nothing, and a later run writes what is left', async () => {
    const pipeline = (sink: string): string => `
pipeline: left
source: { type: file, path: "*.ndjson" }
codec: json
route: { targets: [{ name: all, sink: ${sink} }] }
worker: { drainTimeout: 300ms }
`
    const folder = await folderWith({
      'in.ndjson': `${ndjson}\n`,
      'closed.yaml': pipeline('{ type: http, url: "http://127.0.0.1:9/" }'),
      'open.yaml': pipeline('{ type: file, path: out/all.json }'),
    })
    const worker = startIngest(folder, ['run', 'closed.yaml'])
    await worker.logged('a write failed and is tried again')
    worker.kill('SIGTERM')
    expect(await worker.exited).toMatchObject({ code: 0 })
    expect(await startIngest(folder, ['run', 'open.yaml']).exited).toMatchObject({ code: 0 })
    expect(await linesIn(folder, 'all')).toHaveLength(100)
  })

  it('ends at once with a second signal', async () => {
    const folder = await folderWith({
      'in.ndjson': `${ndjson}\n`,
      'pipeline.yaml': files.replace(
        /targets:[^]*deadLetters/,
        'targets: [{ name: all, sink: { type: http, url: "http://127.0.0.1:9/" } }]\ndeadLetters',
      ),
    })
    const worker = startIngest(folder, ['run', 'pipeline.yaml'])
    await worker.logged('a write failed and is tried again')
    worker.kill('SIGTERM')
    await worker.logged('the worker is leaving its fleet')
    worker.kill('SIGTERM')
    expect(await worker.exited).toMatchObject({ code: 143 })
  })

  it('ends with 1 and the reason when a record cannot be processed and has nowhere to go', async () => {
    const folder = await folderWith({
      'in.ndjson': 'not json\n',
      'pipeline.yaml': files.replace(/deadLetters.*\n/, ''),
    })
    const { code, err } = await startIngest(folder, ['run', 'pipeline.yaml']).exited
    expect(code).toBe(1)
    const lines = err.trim().split('\n')
    const errors = lines.map((line) => JSON.parse(line) as LogLine).filter(({ level }) => level >= 50)
    expect(errors.map((line) => [line.msg, line.code])).toEqual([
      ['a shard cannot go on', 'RK_STREAMING_MALFORMED_RECORD'],
      ['the pipeline cannot go on', 'RK_STREAMING_MALFORMED_RECORD'],
      ['the worker has failed', 'RK_STREAMING_MALFORMED_RECORD'],
    ])
    expect(errors.at(-1)).toMatchObject({ pipeline: 'files', exitCode: 1 })
    expect(errors.at(-1)?.error).toContain('offset 0')
  })

  it('says what is wrong with its configuration as the line of a log, too, and as text where nothing is logged', async () => {
    const folder = await folderWith({ 'pipeline.yaml': files.replace('codec: json', 'codec: jsn') })
    const { code, err } = await startIngest(folder, ['run', 'pipeline.yaml']).exited
    expect(code).toBe(78)
    expect(JSON.parse(err)).toMatchObject({ code: 'RK_STREAMING_CONFIG_INVALID', exitCode: 78 })
    const silent = await startIngest(folder, ['run', 'pipeline.yaml', '--log-level', 'silent']).exited
    expect(silent.err).toMatch(/^ringkeeper-ingest: RK_STREAMING_CONFIG_INVALID: .*\n {2}codec is "jsn"/)
  })

  it.runIf(process.platform === 'linux')('says why when stdout cannot be written', async () => {
    const command = ingestCommand(['schema']).map((word) => `'${word}'`)
    const ended = promisify(execFile)('bash', ['-c', `exec ${command.join(' ')} > /dev/full`])
    await expect(ended).rejects.toMatchObject({
      code: 74,
      stderr: expect.stringMatching(/^ringkeeper-ingest: stdout cannot be written: ENOSPC.*\n$/) as string,
    })
  })

  it('gives up what a sink refuses to the dead letters when asked to', async () => {
    const folder = await folderWith({
      'in.ndjson': '1\n2\n',
      'pipeline.yaml': `
pipeline: given-up
source: { type: file, path: "*.ndjson" }
route:
  targets:
    - name: web
      sink: { type: http, url: "http://127.0.0.1:9/" }
      onError: { retry: { initial: 1ms, max: 1ms }, maxAttempts: 3, then: deadLetter }
deadLetters: { type: file, path: out/dead.json }
`,
    })
    expect(await startIngest(folder, ['run', 'pipeline.yaml']).exited).toMatchObject({ code: 0 })
    expect(await linesIn(folder, 'dead')).toMatchObject([
      { offset: 0, value: '1', attempts: 3, error: { code: 'ECONNREFUSED' } },
      { offset: 2, value: '2', attempts: 3 },
    ])
  })

  it('says which port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const folder = await folderWith({ 'pipeline.yaml': `${files}http: { port: ${port} }\n` })
    const { code, err } = await startIngest(folder, ['run', 'pipeline.yaml']).exited
    expect(code).toBe(78)
    expect(JSON.parse(err)).toMatchObject({
      code: 'RK_INGEST_PORT_TAKEN',
      error: expect.stringContaining(`the status pages cannot listen on 127.0.0.1:${port}`) as string,
    })
  })

  it.runIf(process.platform === 'linux')('ends with 78 when a file cannot be made, and says which', async () => {
    const folder = await folderWith({ 'pipeline.yaml': files.replaceAll('"out/{target}', '"/proc/nope/{target}') })
    const { code, err } = await startIngest(folder, ['run', 'pipeline.yaml']).exited
    expect(code).toBe(78)
    expect(JSON.parse(err)).toMatchObject({
      code: 'RK_STREAMING_FILE_UNUSABLE',
      error: expect.stringContaining('the file sink of target north cannot open /proc/nope/north-w1.json') as string,
    })
  })

  it('ends with 0 by SIGTERM while a sink does not come up', async () => {
    const folder = await folderWith({
      'stuck.mjs': stuckPlugin,
      'pipeline.yaml': `
pipeline: stuck
plugins: [./stuck.mjs]
source: { type: generate, records: 10 }
route: { targets: [{ name: all, sink: { type: stuck } }] }
`,
    })
    const worker = startIngest(folder, ['run', 'pipeline.yaml'])
    await worker.logged('the sink is asked for')
    worker.kill('SIGTERM')
    expect(await worker.exited).toMatchObject({ code: 0 })
  })
})
