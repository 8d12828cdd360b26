import { RecordCursor, type RecordBatch, type Shard } from '@ringkeeper/core'
import { fakePorts } from '@ringkeeper/testing'
import { describe, expect, it } from 'vitest'
import { makeSource } from '../support/components.ts'

const { signal } = new AbortController()
const shard = (partition: number): Shard => ({ topic: 'generate', partition })

async function readAll(options: object, partition: number, position = 0): Promise<RecordBatch[]> {
  const source = await makeSource('generate', options)
  await using reader = await source.open(shard(partition), position, { signal })
  const batches: RecordBatch[] = []
  for (let batch = await reader.read({ signal }); batch; batch = await reader.read({ signal })) batches.push(batch)
  return batches
}

function linesOf(batches: readonly RecordBatch[]): string[] {
  return batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, index) => {
      const cursor = new RecordCursor(batch).moveTo(index)
      return `${cursor.offset} ${cursor.keyText} ${cursor.valueText}`
    }),
  )
}

describe('the source generate', () => {
  it('makes as many records as asked for, shared out over the shards', async () => {
    const options = { shards: 3, records: 10 }
    const counts = await Promise.all(
      [0, 1, 2].map(async (partition) => linesOf(await readAll(options, partition)).length),
    )
    expect(counts).toEqual([4, 3, 3])
  })

  it('makes the same records for the same seed, also from the middle on', async () => {
    const options = { shards: 2, records: 5000, seed: 7 }
    const whole = linesOf(await readAll(options, 1))
    expect(linesOf(await readAll(options, 1, 1234))).toEqual(whole.slice(1234))
    expect(linesOf(await readAll({ ...options, seed: 8 }, 1))).not.toEqual(whole)
  })

  it('keeps each key in one shard, and uses all keys', async () => {
    const keysOf = async (partition: number): Promise<Set<string>> =>
      new Set(
        linesOf(await readAll({ shards: 2, records: 4000, keys: 9 }, partition)).map(
          (line) => line.split(' ')[1] ?? '',
        ),
      )
    const [even, odd] = [await keysOf(0), await keysOf(1)]
    expect([even.size, odd.size]).toEqual([5, 4])
    expect(new Set([...even, ...odd]).size).toBe(9)
  })

  it('makes values of the length asked for, which are JSON with their key', async () => {
    const [batch] = await readAll({ shards: 1, records: 3, valueBytes: 120 }, 0)
    const cursor = new RecordCursor(batch as RecordBatch)
    expect(cursor.value?.length).toBe(120)
    expect(JSON.parse(cursor.valueText ?? '')).toMatchObject({ key: cursor.keyText, number: 0 })
  })

  it('keeps to its rate', async () => {
    const ports = fakePorts()
    const source = await makeSource('generate', { shards: 2, records: 1000, rate: 200 }, ports)
    await using reader = await source.open(shard(0), 0, { signal })
    let made = 0
    const reading = (async (): Promise<void> => {
      for (let batch = await reader.read({ signal }); batch; batch = await reader.read({ signal })) made += batch.length
    })()
    await ports.clock.advance(1000)
    expect(made).toBeGreaterThanOrEqual(99)
    expect(made).toBeLessThanOrEqual(101)
    await ports.clock.advance(5000)
    await reading
    expect(made).toBe(500)
  })
})
