import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from './errors.ts'
import { clusterFolder, compileCacheFolder, stateFolder } from './folders.ts'
import type { ClusterSpec } from './options.ts'
import type { SupervisorReply, SupervisorRequest } from './supervisor.ts'
import { fromWire } from './wire-error.ts'

/** Starts a supervisor and waits until all of its servers answer. Aborting ends it, a tied one also later. */
export async function launch(spec: ClusterSpec, detached: boolean, signal?: AbortSignal): Promise<ChildProcess> {
  signal?.throwIfAborted()
  mkdirSync(stateFolder, { recursive: true })
  const log = openSync(join(stateFolder, 'supervisors.log'), 'a')
  const child = spawn(
    process.execPath,
    ['--conditions=@ringkeeper/source', join(import.meta.dirname, 'supervisor.ts')],
    // A session of its own: Ctrl-C in a terminal reaches the starter, which then ends the cluster in order.
    {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCacheFolder },
    },
  )
  closeSync(log)
  const abort = (): void => {
    if (child.connected) child.disconnect()
  }
  signal?.addEventListener('abort', abort, { once: true })
  const exited = once(child, 'exit')
  const replied = once(child, 'message') as Promise<[SupervisorReply]>
  child.send({ spec, detached } satisfies SupervisorRequest)
  const reply = await Promise.race([replied, exited.then(() => undefined)])
  if (detached) signal?.removeEventListener('abort', abort)
  if (reply && 'ready' in reply[0]) {
    // The starter may end without ending the cluster first; the closed channel tells the supervisor.
    child.unref()
    child.channel?.unref()
    return child
  }
  await exited
  signal?.throwIfAborted()
  if (reply && 'error' in reply[0]) throw fromWire(reply[0].error)
  const { name } = spec
  throw errors.START_FAILED({ name, log: clusterFolder(name), reason: 'its supervisor ended; see supervisors.log' })
}
