import { shardKey, type Fence, type Shard, type StoredPosition } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { readCommitMark } from './commit-mark.ts'

/** What is known of a shard's position when it is opened. */
export interface KnownPositions {
  readonly shard: Shard
  readonly fence: Fence
  /** What the source's system has; `undefined` where nothing was ever committed. */
  readonly committed: StoredPosition | undefined
  /** What the shard's node has. */
  readonly nextOffset: number | undefined
  /** Whether a token of the past can be compared: false when the coordinator forgets its count with the process. */
  readonly areTokensLasting: boolean
}

/** Where a shard starts. */
export interface Start {
  readonly position: number
  /** Whether no owner has ever committed from here: it is the source's or an operator's choice. */
  readonly isNew: boolean
}

/**
 * Where a shard goes on; `undefined` where nobody has ever read it.
 *
 * A commit of a former owner may arrive late and overwrite a newer one. A position is the end of an acknowledged prefix,
 * so the greater of two never skips a record that was not written. A position without one of our marks is an
 * operator's reset and obeyed exactly, also backwards.
 *
 * @throws RK_STREAMING_TOKEN_NOT_NEWER when the committed token is not lower than ours.
 */
export function startPosition({
  shard,
  fence,
  committed,
  nextOffset,
  areTokensLasting,
}: KnownPositions): Start | undefined {
  if (!committed) return nextOffset === undefined ? undefined : { position: nextOffset, isNew: false }
  const mark = readCommitMark(committed.metadata)
  if (!mark) return { position: committed.position, isNew: true }
  if (areTokensLasting && fence.token <= mark.token) {
    throw streamingErrors.TOKEN_NOT_NEWER({
      shard: shardKey(shard),
      token: fence.token.toString(),
      committed: mark.token.toString(),
      node: mark.node,
    })
  }
  return { position: Math.max(committed.position, nextOffset ?? 0), isNew: false }
}
