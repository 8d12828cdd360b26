import { MemoryRecords } from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'
import { batchOf, chunkOf } from '../support/batch.ts'
import { makeSink } from '../support/components.ts'

const context = { signal: new AbortController().signal, timeout: 1000 }

describe('the sink memory', () => {
  it('keeps records with who wrote them', async () => {
    const into = new MemoryRecords()
    const sink = await makeSink('memory', { into })
    await sink.write([chunkOf(batchOf([{ key: 'k', value: '{"a":1}', decoded: { a: 1 } }]))], context)
    expect(into.records).toEqual([
      {
        target: 'north',
        worker: 'w1',
        token: 7n,
        topic: 'orders',
        partition: 3,
        offset: 0,
        key: 'k',
        value: { a: 1 },
        timestamp: 1_700_000_000_000,
      },
    ])
  })

  it('wakes whoever waits for records', async () => {
    const into = new MemoryRecords()
    const waiting = into.until((records) => records.length === 2)
    const sink = await makeSink('memory', { into })
    await sink.write([chunkOf(batchOf([{ value: '1' }]))], context)
    await sink.write([chunkOf(batchOf([{ value: '2' }]))], context)
    expect(await waiting).toHaveLength(2)
  })

  it('refuses an older owner of a shard, also of another worker, and then writes nothing', async () => {
    const into = new MemoryRecords()
    const [newer, older] = [await makeSink('memory', { into }), await makeSink('memory', { into })]
    await newer.write([chunkOf(batchOf([{ value: '1' }]), 9n)], context)
    const chunks = [chunkOf(batchOf([{ value: '2' }], { partition: 8 }), 5n), chunkOf(batchOf([{ value: '3' }]), 8n)]
    await expect(older.write(chunks, context)).rejects.toMatchObject({ code: 'RK_STREAMING_STALE_TOKEN' })
    expect(into.records).toHaveLength(1)
  })

  it('acknowledges and forgets without a place to keep records', async () => {
    const sink = await makeSink('memory', {})
    await expect(sink.write([chunkOf(batchOf([{ value: '1' }]))], context)).resolves.toBeUndefined()
  })
})
