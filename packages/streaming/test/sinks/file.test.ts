import { appendFile, readFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { systemPorts } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { batchOf, chunkOf } from '../support/batch.ts'
import { makeSink, temporaryFolder } from '../support/components.ts'

const execute = promisify(execFile)
const context = { signal: new AbortController().signal, timeout: 1000 }
const clock = { monotonic: () => 0, wall: () => 1_700_000_001_234 }
const ports = systemPorts({ clock })

async function linesIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text.slice(0, -1).split('\n')
}

describe('the sink file', () => {
  it('writes an envelope for each record', async () => {
    const path = join(await temporaryFolder(), 'deep', 'er', '{target}-{worker}.ndjson')
    const sink = await makeSink('file', { path }, { ports })
    const batch = batchOf([{ key: 'k"1', value: '{"a": 1}' }, { value: '[\n1]' }, { key: 'k2' }], { firstOffset: 40 })
    expect(await sink.write([chunkOf(batch, 2n ** 60n)], context)).toEqual([])
    const [first, ...others] = await linesIn(path.replace('{target}-{worker}', 'north-w1'))
    expect(first).toBe(
      '{"topic":"orders","partition":3,"offset":40,"key":"k\\"1","value":{"a": 1},"timestamp":1700000000000,' +
        '"worker":"w1","token":"1152921504606846976","writtenAt":1700000001234}',
    )
    expect(others.map((line) => JSON.parse(line) as object)).toMatchObject([
      { offset: 41, key: null, value: [1] },
      { offset: 42, key: 'k2', value: null },
    ])
  })

  it('says which target, path and option it is when the file cannot be opened', async () => {
    const path = join(await temporaryFolder(), 'file')
    await appendFile(path, '')
    const making = makeSink('file', { path: join(path, '{target}.ndjson') })
    await expect(making).rejects.toMatchObject({
      code: 'RK_STREAMING_FILE_UNUSABLE',
      data: { target: 'north', path: join(path, 'north.ndjson') },
      message: expect.stringContaining('change the path option'),
    })
  })

  it('keeps numbers in JSON as they were written', async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const sink = await makeSink('file', { path })
    await sink.write([chunkOf(batchOf([{ value: '{"id":12345678901234567890}' }]))], context)
    expect(await readFile(path, 'utf8')).toContain('"value":{"id":12345678901234567890}')
  })

  it('writes values that are not JSON as text, or in base64 when they are not UTF-8', async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const sink = await makeSink('file', { path }, { codec: 'bytes' })
    const batch = batchOf([{ value: 'plain\n\uFFFD' }, { key: Uint8Array.of(0xff), value: Uint8Array.of(0xfe, 0x00) }])
    await sink.write([chunkOf(batch)], context)
    expect((await linesIn(path)).map((line) => JSON.parse(line) as object)).toMatchObject([
      { value: 'plain\n\uFFFD' },
      { key: '/w==', keyEncoding: 'base64', value: '/gA=', valueEncoding: 'base64' },
    ])
  })

  it("writes what a plugin's codec made of a value", async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const sink = await makeSink('file', { path }, { codec: 'acme' })
    await sink.write([chunkOf(batchOf([{ value: 'raw', decoded: { big: 7n } }]))], context)
    expect(JSON.parse((await linesIn(path))[0] ?? '')).toMatchObject({ value: { big: '7' } })
  })

  it('writes the records of a selection, in its order, of several shards', async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const sink = await makeSink('file', { path, format: 'value' })
    const batch = batchOf([{ value: '0' }, { value: '1' }, { value: '2' }, { value: '3' }])
    const part = { ...chunkOf(batch), selection: { indices: Uint32Array.of(0, 1, 3, 2), start: 1, end: 3 } }
    await sink.write([part, chunkOf(batchOf([{ value: '"b"' }], { partition: 9 }))], context)
    expect(await linesIn(path)).toEqual(['1', '3', '"b"'])
  })

  it('appends, and begins a new line after one that was cut off', async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    await appendFile(path, '"whole"\n"cut o')
    const sink = await makeSink('file', { path, format: 'value' })
    await sink.write([chunkOf(batchOf([{ value: '1' }]))], context)
    await sink.write([chunkOf(batchOf([{ value: '2' }]))], context)
    expect(await linesIn(path)).toEqual(['"whole"', '"cut o', '1', '2'])
  })

  it('refuses text that would be two lines, and holds back what comes after it', async () => {
    const path = join(await temporaryFolder(), 'out.txt')
    const sink = await makeSink('file', { path, format: 'value' }, { codec: 'text' })
    const chunk = chunkOf(batchOf([{ value: 'a' }, { value: 'b\nc' }, { value: 'd' }]))
    const failures = await sink.write([chunk, chunkOf(batchOf([{ value: 'e' }]))], context)
    expect(await linesIn(path)).toEqual(['a'])
    expect(failures).toMatchObject([
      { chunk: 0, index: 1, isRetryable: false, isHeldBack: false, error: { code: 'RK_STREAMING_VALUE_NOT_A_LINE' } },
      { chunk: 0, index: 2, isRetryable: true, isHeldBack: true },
      { chunk: 1, index: 0, isRetryable: true, isHeldBack: true },
    ])
  })

  it('writes dead letters as the lines that they are', async () => {
    const path = join(await temporaryFolder(), 'dead.ndjson')
    const sink = await makeSink('file', { path }, { target: 'dead-letters' })
    await sink.write([chunkOf(batchOf([{ value: '{"offset":1,"attempts":0}' }]))], context)
    expect(await linesIn(path)).toEqual(['{"offset":1,"attempts":0}'])
  })

  it('begins nothing after its time is over', async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const sink = await makeSink('file', { path })
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(sink.write([chunkOf(batchOf([{ value: '1' }]))], { signal, timeout: 0 })).rejects.toThrow('too late')
    expect(await readFile(path, 'utf8')).toBe('')
  })

  describe('of a write with many records', () => {
    const many = batchOf(Array.from({ length: 10_000 }, (_, i) => ({ value: String(i) })))
    const offsets = Array.from({ length: 10_000 }, (_, i) => i)

    it('makes lines of some thousands at a time, so that the rest of the process goes on', async () => {
      const path = join(await temporaryFolder(), 'out.ndjson')
      let now = 1_700_000_000_000
      const sink = await makeSink('file', { path }, { ports: systemPorts({ clock: { ...clock, wall: () => now++ } }) })
      expect(await sink.write([chunkOf(many)], context)).toEqual([])
      const lines = (await linesIn(path)).map((line) => JSON.parse(line) as { offset: number; writtenAt: number })
      expect(lines.map(({ offset }) => offset)).toEqual(offsets)
      expect(new Set(lines.map(({ writtenAt }) => writtenAt)).size).toBe(3)
    })

    it('begins no other part once its time is over', async () => {
      const path = join(await temporaryFolder(), 'out.ndjson')
      const over = new AbortController()
      const wall = (): number => {
        over.abort(new Error('the shard is lost'))
        return 0
      }
      const sink = await makeSink('file', { path }, { ports: systemPorts({ clock: { ...clock, wall } }) })
      const failures = (await sink.write([chunkOf(many)], { ...context, signal: over.signal })) ?? []
      expect(await linesIn(path)).toHaveLength(4096)
      expect(failures.map(({ index }) => index)).toEqual(offsets.slice(4096))
      expect(failures.every(({ isHeldBack }) => isHeldBack)).toBe(true)
    })

    it('puts off what is left after half of its time', async () => {
      const path = join(await temporaryFolder(), 'out.ndjson')
      let now = 0
      const slow = { ...clock, monotonic: () => (now += 300) }
      const sink = await makeSink('file', { path, format: 'value' }, { ports: systemPorts({ clock: slow }) })
      const failures = (await sink.write([chunkOf(many)], context)) ?? []
      const written = await linesIn(path)
      expect(written).toHaveLength(4096)
      expect(failures.map(({ index }) => index)).toEqual(offsets.slice(4096))
      expect(failures[0]).toMatchObject({
        isRetryable: true,
        isHeldBack: true,
        error: { code: 'RK_STREAMING_FILE_SLOW', data: { path, elapsed: 600 } },
      })
    })
  })

  it.runIf(process.platform === 'linux')('rejects a write of which a full disk took nothing', async () => {
    const sink = await makeSink('file', { path: '/dev/full' })
    await expect(sink.write([chunkOf(batchOf([{ value: '1' }]))], context)).rejects.toMatchObject({ code: 'ENOSPC' })
  })

  it.runIf(process.platform === 'linux')('does not write again what a full disk still took', async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const script = fileURLToPath(new URL('../support/limited-write.ts', import.meta.url))
    const node = [process.execPath, '--conditions=@ringkeeper/source', script, path].map((word) => `'${word}'`)
    // A file that may not be longer than 64 KiB takes a part of a write, as a disk does that becomes full.
    const { stdout } = await execute('bash', ['-c', `trap '' XFSZ; ulimit -f 64; exec ${node.join(' ')}`])
    const { failed, code } = JSON.parse(stdout) as { failed: number[]; code: string }
    const lines = await linesIn(path)
    expect(code).toBe('EFBIG')
    expect(lines.length).toBeGreaterThan(100)
    expect(failed).toEqual(Array.from({ length: 5000 - lines.length }, (_, i) => lines.length + i))
    expect(lines.map((line) => (JSON.parse(line) as { offset: number }).offset)).toEqual([...lines.keys()])
  })
})
