import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../src/lock.ts'
import { identify, isAlive, killForGood, type ProcessIdentity } from '../src/processes.ts'

async function startProcess(): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  return identify(child.pid as number) as ProcessIdentity
}

describe('processes', () => {
  it('kills the process it means, and no later one with the same number', async () => {
    const identity = await startProcess()
    const former = { ...identity, startedAt: 'earlier' }
    expect(isAlive(former)).toBe(false)
    await killForGood(former)
    expect(isAlive(identity)).toBe(true)
    await killForGood(identity)
    expect(isAlive(identity)).toBe(false)
    await killForGood(identity)
  })

  it('kills a frozen process', async () => {
    const identity = await startProcess()
    process.kill(identity.pid, 'SIGSTOP')
    await killForGood(identity)
    expect(isAlive(identity)).toBe(false)
  })
})

describe('lock', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('lets one work at a time, and the next one after a failure', async () => {
    const file = join(folder, 'sub', 'lock')
    const order: string[] = []
    const work = (name: string) => async () => {
      order.push(`${name} begins`)
      await new Promise(setImmediate)
      order.push(`${name} ends`)
      if (name === 'a') throw new Error('failed')
    }
    const results = await Promise.allSettled([withLock(file, work('a')), withLock(file, work('b'))])
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(readdirSync(join(folder, 'sub'))).toEqual([])
  })

  it('takes over the lock of a dead process', async () => {
    const file = join(folder, 'lock')
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: 'earlier' }))
    expect(await withLock(file, async () => 'done')).toBe('done')
    expect(readdirSync(folder)).toEqual([])
  })

  it('ends the wait when its signal aborts', async () => {
    const file = join(folder, 'lock')
    const abort = new AbortController()
    const held = withLock(file, async () => {
      const waiting = withLock(file, async () => 'never', abort.signal)
      abort.abort(new Error('enough'))
      await expect(waiting).rejects.toThrow()
      return 'held'
    })
    expect(await held).toBe('held')
  })
})
