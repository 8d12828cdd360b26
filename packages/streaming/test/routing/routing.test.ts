import type { Codec } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assignment } from '../../src/routing/assignment.ts'
import { RingLocator } from '../../src/routing/locator.ts'
import { RouteKeys } from '../../src/routing/route-keys.ts'
import { batchOf } from '../support/batch.ts'
import { FakeLease } from '../support/fake-lease.ts'
import { keyed, makeWorld, shard } from '../support/stream-world.ts'

const json: Codec = { decode: (bytes, start, end) => JSON.parse(Buffer.from(bytes.subarray(start, end)).toString()) }

describe('the assignment of a batch', () => {
  it('gives every record exactly the target that the ring gives its key, in order within a target', () => {
    const records = fc.array(fc.record({ key: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }) }))
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 })
    const assignment = new Assignment()
    fc.assert(
      fc.property(records, names, (given, targets) => {
        const ring = new HashRing(targets, { pointsPerWeight: 16 })
        // Target numbers are not the ring's: here they are reversed.
        const numbers = ring.nodes.map((_, node) => targets.length - 1 - node)
        const batch = batchOf(given.map(({ key }) => ({ ...(key && { key }), value: 'v' })))
        new RouteKeys('key').locate(batch, ring, assignment, undefined)
        const buckets = targets.length + 2
        const fixed = { keyless: targets.length, rejected: targets.length + 1 }
        const sorted = assignment.sort(batch, new RingLocator(ring, numbers), buckets, fixed)
        let at = 0
        for (let bucket = 0; bucket < buckets; bucket += 1) {
          let last = -1
          for (let left = assignment.counts[bucket] as number; left > 0; left -= 1, at += 1) {
            const index = sorted[at] as number
            expect(index).toBeGreaterThan(last)
            last = index
            const key = given[index]?.key
            const owner = key ? ring.nodes.indexOf(ring.get(key) as string) : undefined
            expect(bucket).toBe(owner === undefined ? fixed.keyless : numbers[owner])
          }
        }
        expect(at).toBe(given.length)
      }),
    )
  })
})

describe('routing', () => {
  it('goes by a field of the decoded value: text, whole numbers', async () => {
    const { clock, source, host, sink } = makeWorld({ key: 'value.customer.id', codec: json })
    const ring = new HashRing(['north', 'south'], { pointsPerWeight: 64 })
    const ids = [...Array(30).keys()].map((id) => (id % 2 === 0 ? id : `c${id}`))
    source.append(shard, ...ids.map((id) => ({ key: 'same', value: JSON.stringify({ customer: { id } }) })))
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    for (const name of ['north', 'south']) {
      const expected = ids.flatMap((id, offset) => (ring.get(id) === name ? [offset] : []))
      expect(sink(name).offsets).toEqual(expected)
      expect(expected.length).toBeGreaterThan(0)
    }
  })

  it('sends records without a key to the targets in turn by batch', async () => {
    const { clock, source, host, sink } = makeWorld()
    source.append(shard, ...Array.from({ length: 40 }, () => ({ value: 'v' })))
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    expect([sink('north').offsets.length, sink('south').offsets.length]).toEqual([20, 20])
    expect(
      sink('north')
        .offsets.slice(0, 10)
        .every((offset, at, all) => offset === (all[0] as number) + at),
    ).toBe(true)
  })

  it('refuses targets of which none has a weight', () => {
    expect(() => makeWorld({ targets: [] })).toThrow(expect.objectContaining({ code: 'RK_STREAMING_NO_TARGETS' }))
  })
})

describe('a record that cannot be read or routed', () => {
  const records = [
    { key: 'a', value: '{"id":1}' },
    { key: 'b', value: '{"id":' },
    { key: 'c', value: '{"id":1.5}' },
    { key: 'd' },
    { key: 'e', value: '{"id":{}}' },
    { key: 'f', value: '{}' },
  ]

  it('goes to the dead letters with its place and error, and the others go on', async () => {
    const { clock, source, host, deadSink, written, positions } = makeWorld({
      codec: json,
      key: 'value.id',
      withDeadLetters: true,
    })
    const codes: string[] = []
    deadSink.behave = async (chunks) => {
      for (const { batch } of chunks) {
        for (const letter of batch.decoded as { error: { code: string } }[]) codes.push(letter.error.code)
      }
    }
    source.append(shard, ...records)
    host.start(new FakeLease(clock, shard))
    await clock.advance(1500)
    expect(deadSink.offsets).toEqual([1, 2, 4])
    expect(codes).toEqual(['RK_STREAMING_MALFORMED_RECORD', 'RK_STREAMING_BAD_ROUTE_KEY', 'RK_STREAMING_BAD_ROUTE_KEY'])
    expect(
      written()
        .map(({ offset }) => offset)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 3, 5])
    expect(positions.stored.get('orders/0')?.position).toBe(6)
    expect(host.status.shards[0]).toMatchObject({ records: 6, malformed: 3 })
  })

  it('stops its shard visibly where no dead letters are configured', async () => {
    const { clock, source, host, positions } = makeWorld({ codec: json })
    source.batchSize = 1
    source.append(shard, ...records)
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    await expect(run.failed).rejects.toMatchObject({
      code: 'RK_STREAMING_MALFORMED_RECORD',
      data: { topic: 'orders', partition: 0, offset: 1 },
    })
    await clock.advance(2000)
    expect(positions.stored.get('orders/0')?.position).toBe(1)
    expect(host.status.shards[0]).toMatchObject({ state: 'failed', isStalled: false })
  })

  it.each([
    ['RK_STREAMING_MALFORMED_RECORD', 'key', ['{"id":1}', '{"id":1}', '{"id":', '{"id":1}']],
    ['RK_STREAMING_BAD_ROUTE_KEY', 'value.id', ['{"id":1}', '{"id":1}', '{"id":1.5}', '{"id":', '{"id":1}']],
  ])('lets only what stands before it leave where no dead letters are configured: %s', async (code, key, values) => {
    const { clock, source, host, written, positions } = makeWorld({ codec: json, key })
    source.append(shard, ...values.map((value) => ({ key: 'k', value })))
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    await expect(run.failed).rejects.toMatchObject({ code, data: { offset: 2 } })
    await clock.advance(2000)
    expect(written().map(({ offset }) => offset)).toEqual([0, 1])
    expect(positions.stored.get('orders/0')?.position).toBe(2)
  })

  it('costs nothing where values stay bytes', async () => {
    const { clock, source, host, sink } = makeWorld()
    sink('north').behave = async (chunks) => {
      for (const { batch } of chunks) expect(batch.decoded).toBeUndefined()
    }
    source.append(shard, ...keyed(10))
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    expect(host.status.targets.every(({ failures }) => failures === 0)).toBe(true)
  })
})
