import { encodeJson } from './json-node.ts'

/** The most bytes of a plan, or of a part of one, that one node holds. */
export const chunkSize: number = 256 * 1024

/** A plan that is too large for one node: its parts, and the data of the plan node that names them. */
export interface ChunkedPlan {
  readonly chunks: readonly { readonly name: string; readonly data: Uint8Array }[]
  readonly head: Uint8Array
}

/**
 * Cuts a plan into chunk nodes. Their names are used once and never again: a reader that follows an old plan finds the old
 * chunks or none.
 *
 * @param attempt - another number for each try of this leader.
 */
export function chunkPlan(
  plan: { readonly version: number; readonly leaderToken: bigint },
  data: Uint8Array,
  attempt: number,
): ChunkedPlan {
  const chunks: { name: string; data: Uint8Array }[] = []
  for (let start = 0; start < data.length; start += chunkSize) {
    const name = `chunk-${plan.leaderToken}-${plan.version}-${attempt}-${chunks.length}`
    chunks.push({ name, data: data.subarray(start, start + chunkSize) })
  }
  const { version, leaderToken } = plan
  const head = encodeJson({
    format: 1,
    version,
    leaderToken: String(leaderToken),
    chunks: chunks.map(({ name }) => name),
  })
  return { chunks, head }
}

/** The version of the plan that a chunk belongs to; `undefined` when it is no chunk's name. */
export function versionOfChunk(name: string): number | undefined {
  const match = /^chunk-\d+-(\d+)-\d+-\d+$/.exec(name)
  return match ? Number(match[1]) : undefined
}

/** The parts of a plan as one. */
export function joinChunks(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
