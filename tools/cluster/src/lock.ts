import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isAlive, type ProcessIdentity } from './processes.ts'

/** Runs `work` while no other process does so under the same lock file. A dead process's lock is taken over. */
export async function withLock<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  while (!tryLock(file)) {
    const owner = ownerOf(file)
    if (owner && !isAlive(owner)) takeAway(file, owner)
    else await sleep(100, undefined, signal && { signal })
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function tryLock(file: string): boolean {
  // Linked, not written in place: a lock file always says whose it is, even if its owner dies at once.
  const own = `${file}.${process.pid}`
  writeFileSync(own, JSON.stringify(identify(process.pid)))
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

function ownerOf(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}

/** Only one of several processes that see the same dead owner gets to rename its file. */
function takeAway(file: string, owner: ProcessIdentity): void {
  const dead = `${file}.${owner.pid}.${owner.startedAt}`
  try {
    renameSync(file, dead)
    rmSync(dead, { force: true })
  } catch {
    // another process was quicker
  }
}
