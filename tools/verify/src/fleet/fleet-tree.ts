import type { Coordinator } from '@ringkeeper/core'

/** As many shards as one worker has, or nearly. */
const NODES = 8
/** The Java runtime compiles what was called a few hundred times. */
const ROUNDS = 500

/** When a worker's node was made, from which moment on it can be given shards; milliseconds since the epoch. */
export async function joinedAt(session: Coordinator, worker: string): Promise<number> {
  const { stat } = await session.get(`/ringkeeper/orders/members/${worker}`)
  return stat.ctime
}

/**
 * Makes ZooKeeper compile its code for hand-overs by doing what they do. A server that was just started would compile it during
 * the first of them; Kafka is warm after the first half of the records.
 */
export async function warmUp(session: Coordinator): Promise<void> {
  const root = '/warm-up'
  const shards = Array.from({ length: NODES }, (_, at) => `${root}/${at}`)
  const data = new TextEncoder().encode('{"nextOffset":0}')
  const owner = (shard: string): string => `${shard}/owner`
  for (const path of [root, ...shards]) await session.create(path, data)
  await using _watch = await session.watch(root, { recursive: true })
  for (let round = 0; round < ROUNDS; round += 1) {
    await session.multi([
      { type: 'check', path: root },
      ...shards.flatMap((path) => [
        { type: 'set', path, data } as const,
        { type: 'create', path: owner(path), data, mode: 'ephemeral' } as const,
      ]),
    ])
    await Promise.all(
      shards.flatMap((path) => [
        session.get(path),
        session.get(owner(path), { watch: () => {} }),
        session.children(path),
      ]),
    )
    await session.multi(
      shards.flatMap((path) => [{ type: 'set', path, data } as const, { type: 'delete', path: owner(path) } as const]),
    )
  }
  await session.multi([...shards, root].map((path) => ({ type: 'delete', path })))
}
