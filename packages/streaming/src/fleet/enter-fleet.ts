import { announce } from '@ringkeeper/coordination'
import { isRingkeeperError, type Coordinator, type Ports, type Stat } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { decodeMemberNode, encodeMemberNode, type MemberNode } from './member-node.ts'

/** What a worker needs to enter the fleet. */
export interface EnterOptions {
  readonly nodeId: string
  readonly path: string
  readonly node: MemberNode
  /** Milliseconds; the server rounds the end of a session up by ticks. */
  readonly serverTick: number
  readonly ports: Ports
  readonly signal: AbortSignal
}

/**
 * Creates the worker's member node, or takes the one that this session has created before. A node of another session is
 * mostly that of this worker's former process: it is waited for as long as that session can live.
 *
 * @returns the node's Stat
 * @throws RK_STREAMING_DUPLICATE_NODE_ID when the other one is still there after that
 */
export async function enterFleet(session: Coordinator, options: EnterOptions): Promise<Stat> {
  const { path, nodeId, node, serverTick, ports, signal } = options
  let other: MemberNode | undefined
  const onWait = ({ data }: { readonly data: Uint8Array }, patience: number): void => {
    other = decodeMemberNode(data)
    ports.logger.warn('a worker with this id is there: if it was the former process, its session ends soon', {
      worker: nodeId,
      host: other?.host,
      pid: other?.pid,
      withinAtMost: `${patience / 1000} s`,
    })
  }
  try {
    const data = encodeMemberNode(node)
    return await announce(session, { id: nodeId, node: path, data, ports, serverTick, signal, onWait })
  } catch (cause) {
    if (!isRingkeeperError(cause, 'RK_COORDINATION_DUPLICATE_MEMBER')) throw cause
    throw streamingErrors.DUPLICATE_NODE_ID({ nodeId, host: other?.host ?? '?', pid: other?.pid ?? 0 }, { cause })
  }
}
