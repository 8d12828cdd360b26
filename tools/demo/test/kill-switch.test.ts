import { memory } from '@ringkeeper/coordination'
import type { Sink } from '@ringkeeper/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { KillSwitch } from '../src/kill-switch.ts'

afterEach(() => void vi.useRealTimers())

describe('a kill switch', () => {
  it('stops all timers at once', async () => {
    vi.useFakeTimers()
    const killSwitch = new KillSwitch()
    let fired = 0
    killSwitch.ports.timers.set(5, () => (fired += 1))
    killSwitch.kill()
    killSwitch.ports.timers.set(5, () => (fired += 1))
    await vi.advanceTimersByTimeAsync(1000)
    expect(fired).toBe(0)
  })

  it('leaves a session to expire, which others see by that only', async () => {
    const tree = memory({ tickTime: 20 })
    const killSwitch = new KillSwitch()
    const session = await killSwitch.coordinator(tree).connect({ sessionTimeout: 100 })
    await session.create('/mine', undefined, { mode: 'ephemeral' })
    await using other = await tree.connect()
    killSwitch.kill()
    expect(await other.exists('/mine')).toBeDefined()
    const gone = new Promise((resolve) => void other.exists('/mine', { watch: ({ type }) => resolve(type) }))
    expect(await gone).toBe('deleted')
  })

  it('makes sinks take nothing and answer nothing', async () => {
    vi.useFakeTimers()
    let written = 0
    const sink: Sink = { write: async () => void (written += 1), [Symbol.asyncDispose]: async () => {} }
    const killSwitch = new KillSwitch()
    const cut = killSwitch.sink(sink)
    const context = { signal: new AbortController().signal, timeout: 1000 }
    await cut.write([], context)
    const late = cut.write([], context)
    killSwitch.kill()
    const answered = vi.fn<() => void>()
    for (const write of [late, cut.write([], context)]) void write.then(answered, answered)
    await vi.advanceTimersByTimeAsync(1000)
    expect(answered).not.toHaveBeenCalled()
    expect(written).toBe(2)
  })
})
