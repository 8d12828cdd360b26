import { beforeEach, describe, expect, it } from 'vitest'
import { coordinatorErrors, deferred, SessionHeartbeat, type Deferred } from '../src/index.ts'
import { ManualClock } from './manual-clock.ts'

const T = 4000

/** A heartbeat whose server answers after `delay`, or when a test says so. */
class Session {
  readonly sessionId = 7n
  readonly clock: ManualClock = new ManualClock()
  readonly heartbeat: SessionHeartbeat
  readonly sent: { at: number; node: string; reply: Deferred<unknown> }[] = []
  readonly discarded: string[] = []
  answers: 'at once' | 'never' | 'gone' | 'denied' = 'at once'

  constructor() {
    this.heartbeat = new SessionHeartbeat(this, this.clock, this.clock)
  }

  check(node: string): Promise<unknown> {
    const reply = deferred<unknown>()
    this.sent.push({ at: this.clock.monotonic(), node, reply })
    if (this.answers === 'at once') reply.resolve(undefined)
    if (this.answers === 'gone') reply.reject(coordinatorErrors.NO_NODE({ path: node }))
    if (this.answers === 'denied') reply.reject(coordinatorErrors.NO_AUTH({ path: node }))
    return reply.promise
  }

  discard(path: string): void {
    this.discarded.push(path)
  }

  /** The connection breaks, and with it what is under way. */
  suspend(): void {
    this.heartbeat.suspended()
    for (const { reply } of this.sent)
      reply.reject(coordinatorErrors.CONNECTION_LOSS({ operation: 'heartbeat', outcome: 'unknown' }))
  }
}

let session: Session
beforeEach(() => {
  session = new Session()
  session.heartbeat.connected(0, T)
})

const sentTimes = (): number[] => session.sent.map(({ at }) => Math.round(at))

describe('the heartbeat', () => {
  it('starts with the first hold and checks its node, one every T/6', async () => {
    await session.clock.advance(1000)
    expect(session.sent).toEqual([])
    session.heartbeat.hold('/a')
    await session.clock.advance(2000)
    expect(sentTimes()).toEqual([1000, 1667, 2333, 3000])
    expect(session.sent[0]?.node).toBe('/a')
  })

  it('has one outstanding at a time, and the next T/8 after a late answer (rule 2)', async () => {
    session.heartbeat.hold('/a')
    session.answers = 'never'
    await session.clock.advance(1000)
    session.heartbeat.hold('/b')
    await session.clock.advance(500)
    expect(sentTimes()).toEqual([0])
    session.sent[0]?.reply.resolve(undefined)
    await session.clock.advance(499)
    expect(sentTimes()).toEqual([0])
    await session.clock.advance(1)
    expect(sentTimes()).toEqual([0, 2000])
  })

  it('goes on after the last hold, so that the next one is held at once', async () => {
    session.heartbeat.hold('/a')[Symbol.dispose]()
    await session.clock.advance(3 * T)
    expect(session.heartbeat.hold('/b').state).toBe('held')
  })

  it('stops while there is no connection, and goes on with the next one', async () => {
    session.heartbeat.hold('/a')
    await session.clock.advance(1000)
    session.suspend()
    const before = session.sent.length
    await session.clock.advance(1000)
    expect(session.sent.length).toBe(before)
    session.heartbeat.connected(session.clock.monotonic(), T)
    await session.clock.advance(0)
    expect(session.sent.length).toBe(before + 1)
  })

  it('counts a check that is refused: it was a quorum write all the same', async () => {
    session.answers = 'denied'
    const hold = session.heartbeat.hold('/a')
    await session.clock.advance(2 * T)
    expect(hold.state).toBe('held')
  })
})

describe('the deadline', () => {
  it('of a new session is T after its handshake was sent', () => {
    const hold = session.heartbeat.hold('/a')
    expect([hold.state, hold.deadline]).toEqual(['held', T])
  })

  it('is T after the newest heartbeat with three later ones answered (rule 2)', async () => {
    const hold = session.heartbeat.hold('/a')
    await session.clock.advance(5000)
    const sent = sentTimes()
    expect(Math.round(hold.deadline)).toBe((sent.at(-4) as number) + T)
  })

  it('counts from when heartbeats were sent, however late they are answered (rule 2)', async () => {
    const hold = session.heartbeat.hold('/a')
    session.answers = 'never'
    for (let beat = 0; beat < 8; beat += 1) {
      await session.clock.advance(200)
      session.sent.at(-1)?.reply.resolve(undefined)
      await session.clock.advance(500)
    }
    expect(hold.state).toBe('held')
    const answered = sentTimes().slice(0, -1)
    expect(Math.round(hold.deadline)).toBe((answered.at(-4) as number) + T)
  })

  it('does not trust answers that come in a bunch after a stall (rule 2)', async () => {
    const hold = session.heartbeat.hold('/a')
    await session.clock.advance(2 * T)
    const before = hold.deadline
    session.answers = 'never'
    await session.clock.advance(1000)
    session.answers = 'at once'
    session.sent.at(-1)?.reply.resolve(undefined)
    await session.clock.advance(0)
    // One answer, however late, moves the deadline by one heartbeat.
    expect(hold.deadline - before).toBeLessThan(T / 6 + 1)
  })

  it('passes while nothing is answered, and the hold is lost before the server can expire it', async () => {
    const hold = session.heartbeat.hold('/a')
    await session.clock.advance(2 * T)
    session.answers = 'never'
    const last = session.clock.monotonic()
    await session.clock.advance(hold.deadline - last - 1)
    expect(hold.state).toBe('held')
    await session.clock.advance(1)
    expect(hold.signal.aborted).toBe(true)
    expect(hold.state).toBe('lost')
    expect(session.clock.monotonic()).toBeLessThan(last + T)
  })

  it('is checked at use, as no timer fires in a stalled event loop (rule 3)', async () => {
    const hold = session.heartbeat.hold('/a')
    session.clock.stall()
    await session.clock.advance(T)
    expect(() => hold.assertHeld()).toThrow(expect.objectContaining({ code: 'RK_CORE_HOLD_LOST' }))
    expect(hold.state).toBe('lost')
  })
})

describe('a reconnect', () => {
  const away = async (ms: number): Promise<void> => {
    session.suspend()
    await session.clock.advance(ms)
    session.heartbeat.connected(session.clock.monotonic(), T)
  }

  it('before the deadline makes the hold certain again', async () => {
    const hold = session.heartbeat.hold('/a')
    await session.clock.advance(2 * T)
    session.suspend()
    expect(hold.state).toBe('uncertain')
    expect(() => hold.assertHeld()).toThrow('not proved alive')
    await session.clock.advance(500)
    session.heartbeat.connected(session.clock.monotonic(), T)
    expect(hold.state).toBe('held')
  })

  it('after the deadline finds the hold lost for ever and its node discarded (rule 4)', async () => {
    const hold = session.heartbeat.hold('/a')
    await away(T)
    await session.clock.advance(T)
    expect(hold.state).toBe('lost')
    expect(session.discarded).toEqual(['/a'])
  })

  it('counts with the first heartbeat answered on it, and not before: its leader may be deposed', async () => {
    const hold = session.heartbeat.hold('/a')
    await session.clock.advance(2 * T)
    session.answers = 'never'
    const before = hold.deadline
    await away(1000)
    await session.clock.advance(500)
    expect(hold.deadline).toBe(before)
    const handshake = session.clock.monotonic() - 500
    session.sent.at(-1)?.reply.resolve(undefined)
    await session.clock.advance(0)
    expect(hold.deadline).toBe(handshake + T)
  })

  it('to a server that grants a shorter timeout ends the hold at the nearer deadline', async () => {
    const hold = session.heartbeat.hold('/a')
    session.suspend()
    session.answers = 'never'
    session.heartbeat.connected(session.clock.monotonic(), T / 2)
    expect(hold.deadline).toBe(T / 2)
    await session.clock.advance(T / 2)
    expect(hold.signal.aborted).toBe(true)
  })

  it('leaves a hold that was never held waiting', async () => {
    session.suspend()
    await session.clock.advance(2 * T)
    const hold = session.heartbeat.hold('/a')
    expect(hold.state).toBe('uncertain')
    session.heartbeat.connected(session.clock.monotonic(), T)
    await session.clock.advance(0)
    expect(hold.state).toBe('held')
  })
})

describe('a machine that slept (rule 3)', () => {
  it('holds nothing until heartbeats that were sent afterwards prove the session', async () => {
    const hold = session.heartbeat.hold('/a')
    await session.clock.advance(2 * T)
    session.clock.sleepMachine(T / 2)
    expect(hold.state).toBe('uncertain')
    // One answer says only that the session was alive then: the leader may not have heard of its client since before.
    await session.clock.advance(T / 6 + 1)
    expect(hold.state).toBe('uncertain')
    await session.clock.advance(T)
    expect(hold.state).toBe('held')
  })

  it('is not suspected when the wall clock is set a little, or back', async () => {
    const hold = session.heartbeat.hold('/a')
    session.clock.sleepMachine(T / 8 - 1)
    expect(hold.state).toBe('held')
    session.clock.sleepMachine(-T)
    expect(hold.state).toBe('held')
  })
})

describe('a hold', () => {
  it('is lost when its node is found gone, and nothing is discarded', async () => {
    const hold = session.heartbeat.hold('/a')
    session.answers = 'gone'
    await session.clock.advance(0)
    expect(hold.state).toBe('lost')
    expect(session.discarded).toEqual([])
    expect(hold.signal.reason).toMatchObject({ code: 'RK_CORE_HOLD_LOST', data: { path: '/a' } })
  })

  it('is not discarded when asked so, or when the session has ended', async () => {
    const named = session.heartbeat.hold('/named', { discardWhenLost: false })
    session.suspend()
    await session.clock.advance(T)
    expect(named.state).toBe('lost')
    session.heartbeat.connected(session.clock.monotonic(), T)
    const other = session.heartbeat.hold('/other')
    session.heartbeat.ended('over')
    expect(other.state).toBe('lost')
    expect(session.heartbeat.hold('/late').state).toBe('lost')
    expect(session.discarded).toEqual([])
  })

  it('says its states, the last one being lost', async () => {
    const hold = session.heartbeat.hold('/a')
    const seen: string[] = []
    const reading = (async () => {
      for await (const state of hold.states()) seen.push(state)
    })()
    await session.clock.advance(0)
    session.suspend()
    await session.clock.advance(T)
    await reading
    expect(seen).toEqual(['held', 'uncertain', 'lost'])
  })

  it('that was given up is held no more', () => {
    const hold = session.heartbeat.hold('/a')
    hold[Symbol.dispose]()
    expect(() => hold.assertHeld()).toThrow('given up')
    expect(hold.signal.aborted).toBe(false)
  })
})
