import { hostname } from 'node:os'
import type { Random } from '@ringkeeper/core'

/** The node id of a worker: as configured, or for `auto` one that no other worker has. */
export function workerId(configured: string, random: Random): string {
  if (configured !== 'auto') return configured
  // The host's name makes it findable; it has to pass as the name of a file and of a node.
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9.-]/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60)
  return `${host || 'worker'}-${random.uuid().slice(0, 8)}`
}
