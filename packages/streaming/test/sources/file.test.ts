import { appendFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RecordCursor, type RecordBatch, type Shard, type ShardReader, type Source } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { makeSource, temporaryFolder } from '../support/components.ts'

const { signal } = new AbortController()

async function fileWith(text: string | Buffer): Promise<string> {
  const path = join(await temporaryFolder(), 'in.ndjson')
  await writeFile(path, text)
  return path
}

async function readAll(reader: ShardReader): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = []
  for (let batch = await reader.read({ signal }); batch; batch = await reader.read({ signal })) batches.push(batch)
  return batches
}

async function recordsOf(path: string, options: object = {}, position = 0): Promise<string[]> {
  const source = await makeSource('file', { path, ...options })
  await using reader = await source.open({ topic: path, partition: 0 }, position, { signal })
  return (await readAll(reader)).flatMap((batch) =>
    Array.from({ length: batch.length }, (_, index) => {
      const cursor = new RecordCursor(batch).moveTo(index)
      return `${cursor.offset} ${cursor.keyText ?? '-'} ${cursor.valueText}`
    }),
  )
}

async function shardsOf(source: Source): Promise<readonly Shard[]> {
  for await (const shards of source.shards({ signal })) return shards
  return []
}

describe('the source file', () => {
  it('gives each line as a record, with its byte offset as the position', async () => {
    const path = await fileWith('one\nzwölf\nthree\n')
    expect(await recordsOf(path)).toEqual(['0 - one', '4 - zwölf', '11 - three'])
    expect(await recordsOf(path, {}, 11)).toEqual(['11 - three'])
  })

  it('takes a last line without a line end, Windows line ends, and skips empty lines', async () => {
    expect(await recordsOf(await fileWith('a\r\n\r\n\nb\nlast'))).toEqual(['0 - a', '6 - b', '8 - last'])
  })

  it('ends at once for an empty file', async () => {
    expect(await recordsOf(await fileWith(''))).toEqual([])
  })

  it('reads files that are much larger than what it reads at a time', async () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `${index} ${'x'.repeat(index % 400)}`)
    const records = await recordsOf(await fileWith(`${lines.join('\n')}\n`))
    expect(records.map((record) => record.split(' - ')[1])).toEqual(lines)
  })

  it('reads a line that is longer than what it reads at a time', async () => {
    const long = 'y'.repeat(700_000)
    const records = await recordsOf(await fileWith(`${long}\nend\n`))
    expect(records).toEqual([`0 - ${long}`, '700001 - end'])
  })

  it('refuses a line beyond maxLineBytes', async () => {
    const path = await fileWith(`${'y'.repeat(700_000)}\n`)
    await expect(recordsOf(path, { maxLineBytes: '512KiB' })).rejects.toMatchObject({
      code: 'RK_STREAMING_LINE_TOO_LONG',
      data: { path, position: 0, limit: 524_288 },
    })
  })

  it("takes each record's key from a path in its JSON", async () => {
    const path = await fileWith('{"a":{"id":"k1"}}\n{"a":{"id":17}}\n{"a":1}\nnot json\n{"a":{"id":null}}\n')
    const keys = (await recordsOf(path, { key: 'a.id' })).map((record) => record.split(' ')[1])
    expect(keys).toEqual(['k1', '17', '-', '-', '-'])
  })

  it('has a shard for each file that matches, in order', async () => {
    const folder = await temporaryFolder()
    for (const name of ['b.ndjson', 'a.ndjson', 'c.txt']) await writeFile(join(folder, name), '')
    const source = await makeSource('file', { path: join(folder, '*.ndjson') })
    expect(await shardsOf(source)).toEqual([
      { topic: join(folder, 'a.ndjson'), partition: 0 },
      { topic: join(folder, 'b.ndjson'), partition: 0 },
    ])
  })

  it('notices a file that takes the place of another while it follows', async () => {
    const folder = await temporaryFolder()
    const [a, b] = [join(folder, 'a.ndjson'), join(folder, 'b.ndjson')]
    await writeFile(a, '')
    const source = await makeSource('file', { path: join(folder, '*.ndjson'), follow: true, pollInterval: '2ms' })
    const seen: (string | undefined)[] = []
    for await (const shards of source.shards({ signal: AbortSignal.timeout(5000) })) {
      seen.push(shards.map(({ topic }) => topic).join())
      if (seen.at(-1) === b) break
      if (seen.length === 1) await rename(a, b)
    }
    expect([seen[0], seen.at(-1)]).toEqual([a, b])
  })

  it('says so when no file matches', async () => {
    const path = join(await temporaryFolder(), '*.ndjson')
    await expect(shardsOf(await makeSource('file', { path }))).rejects.toMatchObject({ code: 'RK_STREAMING_NO_FILES' })
  })

  it('refuses a position beyond the end, as in a file that was replaced by a shorter one', async () => {
    await expect(recordsOf(await fileWith('abc\n'), {}, 5)).rejects.toMatchObject({
      code: 'RK_STREAMING_FILE_CHANGED',
      message: expect.stringMatching(/only be appended to.*another name.*delete the file of positions/),
    })
  })

  it('notices a file that is cut while it is read', async () => {
    const path = await fileWith('one\ntwo\n')
    const source = await makeSource('file', { path })
    await using reader = await source.open({ topic: path, partition: 0 }, 0, { signal })
    await reader.read({ signal })
    await truncate(path, 2)
    await expect(reader.read({ signal })).rejects.toMatchObject({ code: 'RK_STREAMING_FILE_CHANGED' })
  })

  it('waits for more lines when it follows, and gives no line before it is whole', async () => {
    const path = await fileWith('one\ntw')
    const source = await makeSource('file', { path, follow: true, pollInterval: '2ms' })
    expect(source.bounded).toBe(false)
    await using reader = await source.open({ topic: path, partition: 0 }, 0, { signal })
    const text = (batch: RecordBatch | undefined): string | undefined => batch && new RecordCursor(batch).valueText
    expect(text(await reader.read({ signal }))).toBe('one')
    const next = reader.read({ signal })
    await appendFile(path, 'o\n')
    expect(text(await next)).toBe('two')
    const stop = new AbortController()
    const last = reader.read({ signal: stop.signal })
    stop.abort(new Error('stopped'))
    await expect(last).rejects.toThrow('stopped')
  })
})
