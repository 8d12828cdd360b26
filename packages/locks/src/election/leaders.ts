import { childPath, isRingkeeperError, watchedView, type CallOptions, type Coordinator } from '@ringkeeper/core'
import { inQueueOrder } from '../queue/names.ts'

/** Who leads. */
export interface Leader {
  /** The participant's id. */
  readonly id: string
  readonly node: string
  /** The token of the leader's term. */
  readonly token: bigint
}

/** Who leads, by the server that the session is connected to; `undefined` when nobody takes part. */
export async function readLeader(
  coordinator: Coordinator,
  path: string,
  options: CallOptions = {},
): Promise<Leader | undefined> {
  for (;;) {
    const first = await firstInQueue(coordinator, path, options)
    if (first === undefined) return undefined
    try {
      const { data, stat } = await coordinator.get(first, options)
      return { id: new TextDecoder().decode(data), node: first, token: stat.czxid * 65_536n }
    } catch (error) {
      // It has left between the two reads.
      if (!isRingkeeperError(error, 'RK_CORE_NO_NODE')) throw error
    }
  }
}

/** The leader now and at each change, coalesced. */
export function observeLeader(
  coordinator: Coordinator,
  path: string,
  options: CallOptions = {},
): AsyncGenerator<Leader | undefined, void, undefined> {
  return watchedView(coordinator, path, {
    read: () => readLeader(coordinator, path, options),
    isEqual: (a, b) => a?.node === b?.node,
    signal: options.signal,
  })
}

async function firstInQueue(coordinator: Coordinator, path: string, options: CallOptions): Promise<string | undefined> {
  try {
    const { children } = await coordinator.children(path, options)
    const [first] = inQueueOrder(children)
    return first === undefined ? undefined : childPath(path, first)
  } catch (error) {
    if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return undefined
    throw error
  }
}
