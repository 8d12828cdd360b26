import type { Fence } from '@ringkeeper/core'

/** Who committed a position; kept as text beside it. */
export interface CommitMark {
  readonly token: bigint
  readonly node: string
}

/** The text to commit beside a position. */
export function writeCommitMark({ token, worker }: Fence): string {
  return JSON.stringify({ ringkeeper: 1, token: token.toString(), node: worker })
}

/** Reads what {@link writeCommitMark} wrote; `undefined` for anything else, such as what an operator's tool leaves. */
export function readCommitMark(metadata: string): CommitMark | undefined {
  try {
    const mark = JSON.parse(metadata) as { ringkeeper?: unknown; token?: unknown; node?: unknown } | null
    if (mark?.ringkeeper !== 1 || typeof mark.token !== 'string' || !/^\d+$/.test(mark.token)) return undefined
    return { token: BigInt(mark.token), node: typeof mark.node === 'string' ? mark.node : '' }
  } catch {
    return undefined
  }
}
