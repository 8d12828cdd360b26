import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The parts of the rivals that are measured; most of them come without types. */
interface HashringRing {
  get: (key: string) => string
  range: (key: string, size: number) => string[]
  add: (server: string) => void
  remove: (server: string) => void
}
interface KetamaRing {
  getNode: (key: string) => string | undefined
  getNodes: (key: string, replicas: number) => string[]
}
interface ConsistentHashRing {
  add: (node: string) => void
  get: (key: string) => string
}

const Hashring = require('hashring') as new (servers: readonly string[]) => HashringRing
const { HashRing: Ketama } = require('ketama') as { HashRing: new (nodes: readonly string[]) => KetamaRing }
const ConsistentHash = require('consistent-hash') as new () => ConsistentHashRing

export const hashring = (nodes: readonly string[]): HashringRing => new Hashring([...nodes])
export const ketama = (nodes: readonly string[]): KetamaRing => new Ketama(nodes)
export const consistentHash = (nodes: readonly string[]): ConsistentHashRing => {
  const ring = new ConsistentHash()
  for (const node of nodes) ring.add(node)
  return ring
}
export const jumphash = require('jumphash') as (key: string, buckets: number) => number
export const rendezvousHash = require('rendezvous-hash') as (key: string, nodes: Record<string, string>) => string
export const kafkajsMurmur2 = require('kafkajs/src/producer/partitioners/default/murmur2') as (key: string) => number
