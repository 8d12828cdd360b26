import { once } from 'node:events'
import { createServer } from 'node:net'
import { errors } from './errors.ts'

// Below the range from which systems take ports for outgoing connections: a server that is stopped for a while finds
// its port free when it starts again.
const lowest = 20_000
const highest = 31_000

/** Ports of 127.0.0.1 that nobody listens on, all different. */
export async function freePorts(count: number, taken: ReadonlySet<number> = new Set()): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (!taken.has(port) && (await isFree(port))) found.add(port)
  }
  return [...found]
}

/**
 * Refuses a port on which something listens.
 *
 * @throws RK_CLUSTER_PORT_TAKEN
 */
export async function requireFree(port: number): Promise<void> {
  if (!(await isFree(port))) throw errors.PORT_TAKEN({ port })
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    const listening = once(server, 'listening')
    server.listen({ port, host: '127.0.0.1', exclusive: true })
    await listening
    const closed = once(server, 'close')
    server.close()
    await closed
    return true
  } catch {
    return false
  }
}
