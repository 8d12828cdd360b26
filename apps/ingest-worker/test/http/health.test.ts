import type { PipelineStatus } from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'
import { liveness, readiness } from '../../src/http/health.ts'

interface ShardOf {
  readonly state: string
  readonly isStalled?: boolean
}

function status(shards: readonly ShardOf[], fleet: object = {}): PipelineStatus {
  return {
    fleet: { isJoined: true, isDraining: false, ...fleet },
    hindrances: [],
    shards: shards.map(({ state, isStalled = false }, partition) => ({
      shard: { topic: 'orders', partition },
      state,
      progress: { isStalled, sinceProgress: 30_500 },
    })),
  } as unknown as PipelineStatus
}

describe('/ready', () => {
  it.each([[[]], [[{ state: 'active' }]], [[{ state: 'active' }, { state: 'waiting' }]]])(
    'is fine with %j',
    (shards) => {
      expect(readiness(status(shards))).toEqual({ ok: true, problems: [] })
    },
  )

  it.each(['acquiring', 'opening', 'draining', 'committing', 'releasing', 'fenced'])(
    'is not with a shard that is %s',
    (state) => {
      expect(readiness(status([{ state: 'active' }, { state }]))).toEqual({
        ok: false,
        problems: [`orders/1 is ${state}`],
      })
    },
  )

  it('says the reason once when the worker is out of touch, whatever becomes of its shards', () => {
    const shards = [{ state: 'fenced' }, { state: 'fenced' }, { state: 'idle' }]
    const { ok, problems } = readiness(status(shards, { isJoined: false }))
    expect([ok, problems]).toEqual([false, [expect.stringContaining('waits for the coordinator')]])
  })

  it('takes shards in the same state together', () => {
    const shards = [...Array.from({ length: 12 }, () => ({ state: 'opening' })), { state: 'fenced' }]
    expect(readiness(status(shards)).problems).toEqual([
      'orders/0, orders/1, orders/2 and 9 others are opening',
      'orders/12 is fenced',
    ])
  })

  it('is not when nothing can be read for long, and says why', () => {
    const hindrance = { what: 'reading', reason: 'no broker answers', duration: 31_400 }
    const hindered = (isLasting: boolean): PipelineStatus => ({
      ...status([{ state: 'active' }]),
      hindrances: [{ ...hindrance, isLasting } as PipelineStatus['hindrances'][number]],
    })
    expect(readiness(hindered(false)).ok).toBe(true)
    expect(readiness(hindered(true))).toEqual({
      ok: false,
      problems: ['reading has been impossible for 31 s: no broker answers'],
    })
  })

  it('is not when leaving the fleet', () => {
    expect(readiness(status([], { isDraining: true })).ok).toBe(false)
  })
})

describe('/live', () => {
  it('does not care about the fleet, nor about shards that wait', () => {
    expect(liveness(status([{ state: 'waiting' }, { state: 'opening' }], { isJoined: false })).ok).toBe(true)
  })

  it('names the shards that make no progress', () => {
    expect(liveness(status([{ state: 'active' }, { state: 'active', isStalled: true }]))).toEqual({
      ok: false,
      problems: ['orders/1 has made no progress for 30500 ms'],
    })
  })
})
