import { Buffer } from 'node:buffer'
import { isWeight } from '../check.ts'

/** Partitions by topic, as kafkajs says them. */
export type PartitionLists = Readonly<Record<string, readonly number[]>>

/** What a member tells the leader of itself. */
export interface Claim {
  /** When it was given what it owns, in milliseconds since the epoch; 0 where it owns nothing that it knows of. */
  readonly since: number
  readonly owned: PartitionLists
  readonly weight?: number | undefined
  readonly zone?: string | undefined
}

const NOTHING: Claim = { since: 0, owned: {} }

export function encodeClaim(claim: Claim): Buffer {
  return Buffer.from(JSON.stringify(claim))
}

/** Reads a claim; what another program wrote, or a part of it that cannot be, counts as not said. */
export function decodeClaim(userData: Buffer): Claim {
  const { since, owned, weight, zone } = parsed(userData)
  if (typeof since !== 'number' || !isLists(owned)) return NOTHING
  return {
    since,
    owned,
    weight: isWeight(weight) ? weight : undefined,
    zone: typeof zone === 'string' ? zone : undefined,
  }
}

function parsed(userData: Buffer): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(userData.toString())) as Record<string, unknown>
  } catch {
    // Not ours: a member with another assignor's user data.
    return {}
  }
}

function isLists(value: unknown): value is PartitionLists {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every((list) => Array.isArray(list) && list.every((n) => Number.isInteger(n) && n >= 0))
}
