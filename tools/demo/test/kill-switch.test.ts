import { memory } from '@ringkeeper/coordination'
import { sleep, type Sink } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { KillSwitch } from '../src/kill-switch.ts'

describe('a kill switch', () => {
  it('stops all timers at once', async () => {
    const killSwitch = new KillSwitch()
    let fired = 0
    killSwitch.ports.timers.set(5, () => (fired += 1))
    killSwitch.kill()
    killSwitch.ports.timers.set(5, () => (fired += 1))
    await sleep(30, new KillSwitch().ports.timers)
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
    let written = 0
    const sink: Sink = { write: async () => void (written += 1), [Symbol.asyncDispose]: async () => {} }
    const killSwitch = new KillSwitch()
    const cut = killSwitch.sink(sink)
    const context = { signal: new AbortController().signal, timeout: 1000 }
    await cut.write([], context)
    const late = cut.write([], context)
    killSwitch.kill()
    const answer = Promise.race([late, cut.write([], context)]).then(() => 'answered')
    expect(await Promise.race([answer, sleep(30, new KillSwitch().ports.timers).then(() => 'silent')])).toBe('silent')
    expect(written).toBe(2)
  })
})
