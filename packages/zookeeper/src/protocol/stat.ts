import type { Stat } from '@ringkeeper/core'
import type { JuteReader } from './jute-reader.ts'

/** Marks of container and TTL nodes in the place of an owning session (`EphemeralType` in the server). */
const containerOwner = -(1n << 63n)
const ttlOwnerByte = -1n

/** A session that owns the node, or 0n. */
function owner(value: bigint): bigint {
  if (value === 0n) return 0n
  return value === containerOwner || value >> 56n === ttlOwnerByte ? 0n : value
}

/**
 * ```
 * long czxid, long mzxid, long ctime, long mtime, int version, int cversion, int aversion,
 * long ephemeralOwner, int dataLength, int numChildren, long pzxid
 * ```
 */
export function readStat(reader: JuteReader): Stat {
  const czxid = reader.long()
  const mzxid = reader.long()
  const ctime = reader.number()
  const mtime = reader.number()
  const version = reader.int()
  const cversion = reader.int()
  const aversion = reader.int()
  const ephemeralOwner = owner(reader.long())
  const dataLength = reader.int()
  const numChildren = reader.int()
  const pzxid = reader.long()
  return {
    czxid,
    mzxid,
    pzxid,
    ctime,
    mtime,
    version,
    cversion,
    aversion,
    ephemeralOwner,
    dataLength,
    numChildren,
  }
}
