import { childPath, ensureNode, isRingkeeperError, untilConnected, type Coordinator } from '@ringkeeper/core'
import { protectedName } from './names.ts'

/** What to put into a queue. */
export interface QueueEntry {
  /** The node whose children are the queue. */
  readonly path: string
  /** The middle of the node's name, such as `latch`. */
  readonly name: string
  readonly data: Uint8Array
  /** A version 4 UUID, new for each entry. */
  readonly guid: string
}

/** Where an entry landed. */
export interface Enqueued {
  readonly node: string
  readonly czxid: bigint
  /** Names of the queue's nodes, as of when the own node was in it. */
  readonly children: readonly string[]
}

/** How often the queue's own node is made again: an empty container can vanish just before its first child comes. */
const mostParents = 20

/**
 * Creates an ephemeral sequential node and lists its siblings in one round trip. Lost replies are resolved: there is
 * exactly one node with the GUID when this resolves, and none when it rejects while the session lives.
 *
 * It takes no signal: a caller that gives up must still wait for the node in order to discard it.
 */
export async function enqueue(coordinator: Coordinator, entry: QueueEntry): Promise<Enqueued> {
  let mayExist = false
  for (let parents = 0; ;) {
    try {
      const found = mayExist ? await findAgain(coordinator, entry) : undefined
      return found ?? (await createAndList(coordinator, entry, () => (mayExist = true)))
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) {
        mayExist ||= (error.data as { outcome?: string }).outcome === 'unknown'
        await untilConnected(coordinator, `queueing at ${entry.path}`)
      } else if (isRingkeeperError(error, 'RK_CORE_NO_NODE') && parents < mostParents) {
        parents += 1
        await makeQueue(coordinator, entry.path)
      } else throw error
    }
  }
}

async function createAndList(coordinator: Coordinator, entry: QueueEntry, created: () => void): Promise<Enqueued> {
  const prefix = childPath(entry.path, protectedName(entry.guid, entry.name))
  const creating = coordinator.create(prefix, entry.data, { mode: 'ephemeral-sequential' })
  // Leaves in the same flush and is answered after the create. If it fails alone, the node is found again by its GUID.
  const listing = coordinator.children(entry.path)
  listing.catch(() => {})
  const { path: node, stat } = await creating
  created()
  try {
    return { node, czxid: stat.czxid, children: (await listing).children }
  } catch (error) {
    if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) coordinator.discard(node)
    throw error
  }
}

/**
 * Looks for the node of a create whose reply was lost. The sync comes first, in the same flush: the server may be
 * behind the one that applied the create. Only this session's own nodes count, so a dying session's is never adopted.
 */
async function findAgain(coordinator: Coordinator, entry: QueueEntry): Promise<Enqueued | undefined> {
  const prefix = childPath(entry.path, protectedName(entry.guid, entry.name))
  const [, own, listed] = await Promise.all([
    coordinator.sync(entry.path),
    coordinator.ephemerals(prefix),
    coordinator.children(entry.path).catch((error: unknown) => {
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return { children: [] }
      throw error
    }),
  ])
  const [node, ...doubles] = [...own].sort()
  for (const double of doubles) coordinator.discard(double)
  const stat = node === undefined ? undefined : await coordinator.exists(node)
  if (node === undefined || !stat) return undefined
  const isDouble = (name: string): boolean => doubles.includes(childPath(entry.path, name))
  return { node, czxid: stat.czxid, children: listed.children.filter((name) => !isDouble(name)) }
}

async function makeQueue(coordinator: Coordinator, path: string): Promise<void> {
  await ensureNode(coordinator, path, 'container')
}
