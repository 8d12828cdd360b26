/** What a target has done since it was made. */
export interface TargetCounters {
  writes: number
  /** Records that the sink acknowledged. */
  records: number
  bytes: number
  /** Writes that failed, in whole or in part. */
  failures: number
  /** Records that were put back to be written again. */
  retries: number
  deadLetters: number
  dropped: number
  /** Of the newest write that failed, also when others have succeeded since. */
  lastError: string | undefined
  lastWriteRejected: boolean
}

/** One target as `/status` and the metrics show it. */
export interface TargetStatus extends Readonly<Omit<TargetCounters, 'lastWriteRejected'>> {
  readonly name: string
  readonly weight: number
  /** Whether the sink rejected the newest write as a whole. */
  readonly isDown: boolean
  /** Records that wait to be written. */
  readonly queued: number
}

export function newTargetCounters(): TargetCounters {
  return {
    writes: 0,
    records: 0,
    bytes: 0,
    failures: 0,
    retries: 0,
    deadLetters: 0,
    dropped: 0,
    lastError: undefined,
    lastWriteRejected: false,
  }
}
