import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errors } from './errors.ts'
import { clusterFolder, stateFile, stateFolder } from './folders.ts'
import { withLock } from './lock.ts'
import { isAlive, killForGood, type ProcessIdentity } from './processes.ts'

/** Who runs a cluster and how to talk to it; the content of its state file. */
export interface ClusterState {
  readonly supervisor: ProcessIdentity
  /** Of the control port on 127.0.0.1. */
  readonly port: number
  /** Whoever can read the file may control the cluster. */
  readonly token: string
  /** The server processes, so that they can be ended when the supervisor was killed. */
  readonly servers: Readonly<Record<string, ProcessIdentity>>
}

/** The logs of a cluster that ended badly are kept this long. */
const keepDead = 60 * 60 * 1000

/** The state of a cluster whose supervisor runs, else undefined. */
export function liveState(name: string): ClusterState | undefined {
  const state = readState(name)
  return state && isAlive(state.supervisor) ? state : undefined
}

/**
 * Makes the folder of a new cluster, after ending what killed supervisors have left behind.
 *
 * @throws RK_CLUSTER_ALREADY_RUNNING
 */
export function claimCluster(name: string, state: ClusterState, signal: AbortSignal): Promise<void> {
  const claim = async (): Promise<void> => {
    for (const other of clusterNames()) await endLeftovers(other, other === name)
    if (existsSync(stateFile(name))) throw errors.ALREADY_RUNNING({ name })
    mkdirSync(clusterFolder(name), { recursive: true })
    writeState(name, state)
  }
  return withLock(join(stateFolder, 'clusters.lock'), claim, signal)
}

/** Replaces the state file as a whole, so that no reader sees half of it. */
export function writeState(name: string, state: ClusterState): void {
  const file = stateFile(name)
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Ends the servers of a cluster whose supervisor is dead, and forgets it (`now`, or when its logs are old). */
async function endLeftovers(name: string, now: boolean): Promise<void> {
  const state = readState(name)
  if (state && isAlive(state.supervisor)) return
  for (const server of Object.values(state?.servers ?? {})) await killForGood(server)
  const folder = clusterFolder(name)
  if (now || Date.now() - statSync(folder).mtimeMs > keepDead) rmSync(folder, { recursive: true, force: true })
}

/** Ends a cluster whose supervisor was killed; false when there is none. */
export async function endDead(name: string): Promise<boolean> {
  if (!existsSync(clusterFolder(name))) return false
  await endLeftovers(name, true)
  return true
}

function clusterNames(): string[] {
  const folder = dirname(clusterFolder('any'))
  return existsSync(folder) ? readdirSync(folder) : []
}

function readState(name: string): ClusterState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(name), 'utf8')) as ClusterState
  } catch {
    return undefined
  }
}
