import { FakeClock } from '@ringkeeper/testing'
import { describe, expect, it } from 'vitest'
import { Liveness } from '../src/connection/liveness.ts'

/** T = 600: a ping is due after 100, death after 200. */
function start() {
  const clock = new FakeClock()
  const process = clock.process('client')
  const log: string[] = []
  const liveness = new Liveness(600, process.ports.clock, process.ports.timers, {
    ping: () => {
      log.push(`ping ${clock.monotonic()}`)
      liveness.sent()
    },
    dead: (silence) => log.push(`dead ${silence}`),
  })
  const polled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { clock, process, liveness, log, polled }
}

describe('liveness', () => {
  it('pings after a sixth of the session timeout without a request', async () => {
    const { clock, liveness, log } = start()
    await clock.advance(60)
    liveness.sent()
    liveness.heard()
    await clock.advance(99)
    expect(log).toEqual([])
    await clock.advance(1)
    expect(log).toEqual(['ping 160'])
    liveness.heard()
    await clock.advance(100)
    expect(log).toEqual(['ping 160', 'ping 260'])
  })

  it('gives a silent server up after a third of the session timeout', async () => {
    const { clock, log, polled } = start()
    await clock.advance(199)
    await polled()
    expect(log).toEqual(['ping 100'])
    await clock.advance(1)
    await polled()
    expect(log).toEqual(['ping 100', 'dead 200'])
  })

  it('reads the answers that a stall left in the socket before it judges', async () => {
    const { clock, liveness, log, polled } = start()
    await clock.advance(200)
    // The timer has fired; the socket is read before the verdict.
    liveness.heard()
    await polled()
    expect(log).toEqual(['ping 100'])
  })

  it('asks first when nothing was asked before a stall', async () => {
    const { clock, process, log, polled } = start()
    process.stall()
    await clock.advance(500)
    process.resume()
    await clock.advance(1)
    await polled()
    expect(log).toEqual(['ping 500'])
    await clock.advance(100)
    await polled()
    expect(log[1]).toMatch(/dead/)
  })

  it('stops', async () => {
    const { clock, liveness, log } = start()
    liveness.stop()
    await clock.advance(1000)
    expect(log).toEqual([])
  })
})
