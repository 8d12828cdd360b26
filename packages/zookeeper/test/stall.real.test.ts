import { describe, expect, inject, it } from 'vitest'
import { zookeeper } from '../src/index.ts'

const server = inject('zookeeper')

describe.skipIf(!server)('a stalled event loop', () => {
  const { connect, tickTime } = server ?? { connect: '', tickTime: 0 }

  it('costs neither the connection nor the answers that came meanwhile', async () => {
    const sessionTimeout = 20 * tickTime
    const backend = zookeeper({ connect, sessionTimeout, serverTick: tickTime })
    await using session = await backend.connect({ timeout: 5000 })
    const states: string[] = []
    void (async () => {
      for await (const state of session.states()) states.push(state)
    })()
    const answer = session.exists('/')
    // The request is on its way; its answer comes while nobody listens.
    await Promise.resolve()
    process.nextTick(() => {
      for (const end = performance.now() + 0.8 * sessionTimeout; performance.now() < end;);
    })
    expect(await answer).toBeDefined()
    await session.sync('/')
    expect(states).toEqual(['connected'])
  })
})
