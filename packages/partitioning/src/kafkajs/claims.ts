import { Buffer } from 'node:buffer'

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

/** Reads a claim; what another program wrote counts as none. */
export function decodeClaim(userData: Buffer): Claim {
  try {
    const claim = JSON.parse(userData.toString()) as Partial<Claim> | null
    if (typeof claim?.since === 'number' && typeof claim.owned === 'object') return { ...NOTHING, ...claim }
  } catch {
    // Not ours: a member with another assignor's user data.
  }
  return NOTHING
}
