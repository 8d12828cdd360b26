/**
 * The process that owns the servers and links of one cluster. Its starter sends it one {@link SupervisorRequest} over
 * the IPC channel and gets one {@link SupervisorReply}. A tied supervisor ends when that channel closes, so it does not
 * outlive its starter, however that dies; a detached one runs until it is told to end.
 */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { controlPort, serveControl, type Command } from './control.ts'
import { clusterFolder } from './folders.ts'
import type { ClusterSpec } from './options.ts'
import { identify, type ProcessIdentity } from './processes.ts'
import { ClusterRuntime } from './runtime.ts'
import { claimCluster, writeState, type ClusterState } from './state.ts'
import { toWire, type WireError } from './wire-error.ts'

export interface SupervisorRequest {
  readonly spec: ClusterSpec
  /** Runs on when its starter ends. */
  readonly detached: boolean
}

export type SupervisorReply = { readonly ready: true } | { readonly error: WireError }

async function supervise({ spec, detached }: SupervisorRequest): Promise<void> {
  const end = new AbortController()
  const { signal } = end
  let keepRunning = false
  const endNow = (): void => end.abort()
  process.on('SIGTERM', endNow).on('SIGINT', endNow).on('SIGHUP', endNow)
  process.on('disconnect', () => {
    if (!keepRunning) endNow()
  })

  const token = crypto.randomUUID()
  const control = await serveControl(token, (command) => obey(command))
  const state = (): ClusterState => ({
    supervisor: identify(process.pid) as ProcessIdentity,
    port: controlPort(control),
    token,
    servers: runtime.processes,
  })
  const runtime = new ClusterRuntime(spec, () => writeState(spec.name, state()))
  // Whatever ends this process, an error that nobody expected included, no server stays.
  process.on('exit', () => {
    for (const { pid } of Object.values(runtime.processes)) process.kill(pid, 'SIGKILL')
  })

  const ended = once(signal, 'abort')
  const obey = async (command: Command): Promise<unknown> => {
    if (command.do === 'down') {
      await runtime[Symbol.asyncDispose]()
      rmSync(clusterFolder(spec.name), { recursive: true, force: true })
      setImmediate(endNow)
      return undefined
    }
    return execute(runtime, command, signal)
  }

  try {
    await claimCluster(spec.name, state(), signal)
    await runtime.start(signal)
    keepRunning = detached
    await reply({ ready: true })
    if (detached) process.disconnect()
    await ended
    await runtime[Symbol.asyncDispose]()
    rmSync(clusterFolder(spec.name), { recursive: true, force: true })
  } catch (error) {
    await runtime[Symbol.asyncDispose]()
    // Else the folder stays: its logs say what went wrong.
    if (signal.aborted) rmSync(clusterFolder(spec.name), { recursive: true, force: true })
    await reply({ error: toWire(error) })
  } finally {
    // Not left to the event loop: nothing that is still open may keep this process.
    process.exit()
  }
}

async function execute(runtime: ClusterRuntime, command: Command, signal: AbortSignal): Promise<unknown> {
  switch (command.do) {
    case 'status':
      return runtime.status()
    case 'ready':
      return runtime.ready(signal)
    case 'start':
      return runtime.server(command.server).start({ wait: command.wait }, signal)
    case 'stop':
    case 'kill':
    case 'freeze':
    case 'thaw':
      return runtime.server(command.server)[command.do]()
    case 'createTopics':
      return runtime.createTopics(command.topics)
    case 'cut':
      return runtime.links(command.a, command.b).cut(command.a, command.b, command.silent)
    case 'heal':
      return runtime.links(command.a, command.b).heal(command.a, command.b)
    case 'down':
      return undefined
  }
}

function reply(message: SupervisorReply): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve()
    process.send(message, () => resolve())
  })
}

process.once('message', (request) => {
  supervise(request as SupervisorRequest).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
