import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred, sleep, systemPorts, waitFor } from '../src/index.ts'
import { ManualClock } from './manual-clock.ts'

const tooLate = (): Error => new Error('too late')

describe('waitFor', () => {
  it('gives what the promise gives', async () => {
    const timers = new ManualClock()
    expect(await waitFor(Promise.resolve(1), { timeout: 10 }, timers, tooLate)).toBe(1)
    await expect(waitFor(Promise.reject(new Error('no')), { timeout: 10 }, timers, tooLate)).rejects.toThrow('no')
  })

  it('ends at the timeout, and not before', async () => {
    const timers = new ManualClock()
    let error: unknown
    waitFor(deferred().promise, { timeout: 10 }, timers, tooLate).catch((reason: unknown) => (error = reason))
    await timers.advance(9)
    expect(error).toBe(undefined)
    await timers.advance(1)
    expect(error).toEqual(tooLate())
  })

  it('ends with the reason of its signal', async () => {
    const controller = new AbortController()
    const waiting = waitFor(deferred().promise, { signal: controller.signal }, new ManualClock(), tooLate)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })

  it('that was aborted before leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    try {
      const signal = AbortSignal.abort(new Error('enough'))
      const waiting = waitFor(Promise.reject(new Error('unheard')), { signal }, new ManualClock(), tooLate)
      await expect(waiting).rejects.toThrow('enough')
      await new Promise((resolve) => setImmediate(resolve))
      expect(unhandled).toEqual([])
    } finally {
      process.off('unhandledRejection', note)
    }
  })
})

describe('sleep', () => {
  it('ends early with the reason of its signal', async () => {
    const controller = new AbortController()
    const sleeping = sleep(10, new ManualClock(), controller.signal)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
  })
})

describe('the system’s timers', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const { timers } = systemPorts()
  const month = 30 * 86_400_000

  it('wait for longer than a timer of the platform can', () => {
    const fire = vi.fn()
    timers.set(month, fire)
    vi.advanceTimersByTime(month - 1)
    expect(fire).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(fire).toHaveBeenCalledOnce()
  })

  it('can be cancelled at any time', () => {
    const fire = vi.fn()
    const cancels = [timers.set(5, fire), timers.set(month, fire), timers.set(Infinity, fire)]
    vi.advanceTimersByTime(0x7fff_ffff)
    expect(fire).toHaveBeenCalledOnce()
    for (const cancel of cancels) cancel()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(month)
    expect(fire).toHaveBeenCalledOnce()
  })
})
