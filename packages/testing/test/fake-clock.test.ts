import { describe, expect, it } from 'vitest'
import { sleep } from '@ringkeeper/core'
import { FakeClock } from '../src/index.ts'

describe('FakeClock', () => {
  it('fires timers in order of their time, then of their setting', async () => {
    const { ports } = new FakeClock()
    const seen: string[] = []
    ports.timers.set(20, () => seen.push('c'))
    ports.timers.set(10, () => seen.push('a'))
    ports.timers.set(10, () => seen.push('b'))
    await ports.clock.advance(9)
    expect(seen).toEqual([])
    await ports.clock.advance(11)
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(ports.clock.monotonic()).toBe(20)
  })

  it('settles chains of promises between two timers', async () => {
    const clock = new FakeClock()
    const seen: string[] = []
    const chain = async (): Promise<void> => {
      await sleep(10, clock.ports.timers)
      for (let step = 0; step < 50; step += 1) await Promise.resolve()
      seen.push(`chain at ${clock.monotonic()}`)
      await sleep(5, clock.ports.timers)
      seen.push(`end at ${clock.monotonic()}`)
    }
    void chain()
    clock.ports.timers.set(10, () => seen.push('next timer'))
    await clock.advance(100)
    expect(seen).toEqual(['chain at 10', 'next timer', 'end at 15'])
  })

  it('drops cancelled timers', async () => {
    const clock = new FakeClock()
    const seen: string[] = []
    const cancel = clock.ports.timers.set(10, () => seen.push('cancelled'))
    clock.ports.timers.set(5, cancel)
    await clock.advance(20)
    expect(seen).toEqual([])
  })

  it('runs until a condition holds, and no longer', async () => {
    const clock = new FakeClock()
    let count = 0
    const again = (): void => {
      count += 1
      clock.ports.timers.set(10, again)
    }
    again()
    await clock.runUntil(() => count === 4)
    expect(clock.monotonic()).toBe(30)
    await expect(clock.runUntil(() => false, { limit: 100 })).rejects.toThrow('after 100 ms')
  })

  it('says so when nothing can make the condition true', async () => {
    await expect(new FakeClock().runUntil(() => false)).rejects.toThrow('no timer is left')
  })

  it('gives the outcome of work that needs time', async () => {
    const clock = new FakeClock()
    const work = async (): Promise<number> => {
      await sleep(500, clock.ports.timers)
      return 7
    }
    expect(await clock.run(work())).toBe(7)
    await expect(clock.run(Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('moves only the wall clock when the machine sleeps', () => {
    const clock = new FakeClock({ wall: 1000 })
    clock.suspendMachine(5000)
    expect([clock.monotonic(), clock.wall()]).toEqual([0, 6000])
  })

  it('gives equal randomness for equal seeds and processes', () => {
    const draw = (seed: number, name: string): unknown[] => {
      const { random } = new FakeClock({ seed }).process(name).ports
      return [random.next(), random.uuid(), random.next()]
    }
    expect(draw(1, 'a')).toEqual(draw(1, 'a'))
    expect(draw(1, 'a')).not.toEqual(draw(2, 'a'))
    expect(draw(1, 'a')).not.toEqual(draw(1, 'b'))
    expect(draw(3, 'x')[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('a process of the clock', () => {
  const setUp = (): { clock: FakeClock; seen: string[] } => {
    const clock = new FakeClock()
    const seen: string[] = []
    for (const name of ['a', 'b'])
      for (const delay of [10, 20])
        clock.process(name).ports.timers.set(delay, () => seen.push(`${name}${delay} at ${clock.monotonic()}`))
    return { clock, seen }
  }

  it('fires all overdue timers after a stall', async () => {
    const { clock, seen } = setUp()
    clock.process('a').stall()
    await clock.advance(50)
    expect(seen).toEqual(['b10 at 10', 'b20 at 20'])
    expect(clock.process('a').ports.clock.monotonic()).toBe(50)
    clock.process('a').resume()
    await clock.advance(0)
    expect(seen.slice(2)).toEqual(['a10 at 50', 'a20 at 50'])
  })

  it('never fires again once killed', async () => {
    const { clock, seen } = setUp()
    await clock.advance(10)
    clock.process('a').kill()
    clock.process('a').ports.timers.set(1, () => seen.push('from the grave'))
    clock.process('a').resume()
    await clock.advance(50)
    expect(seen).toEqual(['a10 at 10', 'b10 at 10', 'b20 at 20'])
  })

  it('has a monotonic clock that stands still, and later timers, while its machine sleeps', async () => {
    const { clock, seen } = setUp()
    await clock.advance(5)
    const { ports } = clock.process('a')
    const wall = ports.clock.wall()
    clock.process('a').suspend()
    await clock.advance(100)
    expect(ports.clock.monotonic()).toBe(5)
    clock.process('a').resume()
    expect(ports.clock.monotonic()).toBe(5)
    expect(ports.clock.wall()).toBe(wall + 100)
    await clock.advance(100)
    expect(seen.slice(2)).toEqual(['a10 at 110', 'a20 at 120'])
  })
})
