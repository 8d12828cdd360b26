import { decodeJson, encodeJson } from './json-node.ts'

/** What a shard's node says: who had it last, and how far its records are processed. */
export interface ShardNode {
  readonly lastOwner: string | undefined
  /** Names the lease that wrote this: an acquire whose reply was lost is recognised by it. */
  readonly nonce: string | undefined
  /** The next record to process, as far as the owner has said. */
  readonly nextOffset: number | undefined
  /** A bounded shard that was read to its end. */
  readonly isDone: boolean
}

/** What an owner's node says. Who owns is decided by its session alone. */
export interface OwnerNode {
  readonly nodeId: string
  readonly nonce: string
}

/** A shard that no worker has touched. */
export const untouchedShard: ShardNode = {
  lastOwner: undefined,
  nonce: undefined,
  nextOffset: undefined,
  isDone: false,
}

export function encodeShardNode(node: ShardNode): Uint8Array {
  const { lastOwner, nonce, nextOffset, isDone } = node
  return encodeJson({ lastOwner, nonce, nextOffset, ...(isDone ? { done: true } : {}) })
}

/** @throws RK_STREAMING_BAD_NODE_DATA */
export function decodeShardNode(path: string, data: Uint8Array): ShardNode {
  if (data.length === 0) return untouchedShard
  const { lastOwner, nonce, nextOffset, done } = decodeJson(path, data)
  return {
    lastOwner: typeof lastOwner === 'string' ? lastOwner : undefined,
    nonce: typeof nonce === 'string' ? nonce : undefined,
    nextOffset: Number.isSafeInteger(nextOffset) ? (nextOffset as number) : undefined,
    isDone: done === true,
  }
}

export function encodeOwnerNode(node: OwnerNode): Uint8Array {
  return encodeJson(node)
}

/** The owner's claim; strange data is nobody's claim, because the session decides. */
export function decodeOwnerNode(path: string, data: Uint8Array): OwnerNode {
  try {
    const { nodeId, nonce } = decodeJson(path, data)
    return { nodeId: String(nodeId), nonce: String(nonce) }
  } catch {
    return { nodeId: '', nonce: '' }
  }
}
