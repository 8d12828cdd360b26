import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in the system's own words; only compared. */
  readonly startedAt: string
}

/** The identity of a process, or undefined when there is no such process. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

/** Whether this very process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt
}

/** Kills this very process, frozen or not, and waits until it is gone. */
export async function killForGood(identity: ProcessIdentity): Promise<void> {
  while (isAlive(identity)) {
    try {
      process.kill(identity.pid, 'SIGKILL')
    } catch {
      return
    }
    await sleep(10)
  }
}

function startOnLinux(pid: number): string | undefined {
  try {
    // Fields after the command's name, which is in parentheses and may contain anything: state is 3, start time is 22.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[22 - 3]
  } catch {
    return undefined
  }
}

function startByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}
