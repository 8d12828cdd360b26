import { systemPorts, type Shard, type Source } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { warmUp } from '../../src/pipeline/warm-up.ts'

const { logger } = systemPorts()
const { signal } = new AbortController()
const shard: Shard = { topic: 'orders', partition: 3 }

/** A source that remembers the shards whose positions it was asked for. */
function sourceWith(shards: Source['shards'], failure?: Error): { source: Source; asked: Shard[] } {
  const asked: Shard[] = []
  const source: Source = {
    bounded: false,
    shards,
    startPosition: () => Promise.resolve(0),
    open: () => Promise.reject(new Error('nobody opens anything')),
    positions: {
      read: async (wanted) => {
        asked.push(...wanted)
        if (failure) throw failure
        return wanted.map(() => undefined)
      },
      commit: () => Promise.reject(new Error('nobody commits anything')),
    },
    [Symbol.asyncDispose]: async () => {},
  }
  return { source, asked }
}

async function* once(...shards: Shard[]): AsyncGenerator<readonly Shard[]> {
  yield shards
  throw new Error('the list is asked for once')
}

describe('warming up a source', () => {
  it('asks for its shards and for a position, once', async () => {
    const { source, asked } = sourceWith(() => once(shard))
    await warmUp(source, logger, signal)
    expect(asked).toEqual([shard])
  })

  it('asks for no position where there is no shard', async () => {
    const { source, asked } = sourceWith(() => once())
    await warmUp(source, logger, signal)
    expect(asked).toEqual([])
  })

  it('leaves trouble to those who need the source', async () => {
    const { source } = sourceWith(() => once(shard), new Error('the broker is away'))
    await expect(warmUp(source, logger, signal)).resolves.toBeUndefined()
  })
})
