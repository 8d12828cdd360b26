/** What one shard on this worker does, as `/status` and the metrics show it. */
export interface ShardStatus {
  readonly topic: string
  readonly partition: number
  /** `done`: read to its end and committed, or handed over. */
  readonly state: 'opening' | 'active' | 'draining' | 'committing' | 'done' | 'failed' | 'fenced'
  /** The lease's token, in decimal. */
  readonly token: string
  /** The end of the acknowledged prefix; `undefined` before the start is known. */
  readonly position: number | undefined
  readonly committed: number | undefined
  /** The position after the newest record that is known to exist. */
  readonly end: number | undefined
  /** Records, or bytes for a file, between position and end. */
  readonly lag: number | undefined
  /** Read since this lease began. */
  readonly records: number
  readonly bytes: number
  /** Records that could not be decoded or routed. */
  readonly malformed: number
  /** Records put back to be written again. */
  readonly retries: number
  /** Records handed to the dead letters, the malformed ones among them. */
  readonly deadLetters: number
  /** Records dropped by policy. */
  readonly dropped: number
  /** Records that wait for a ring change. */
  readonly waiting: number
  readonly batchesInFlight: number
  readonly bytesInFlight: number
  /** Milliseconds since the position moved, or since there was nothing to do. */
  readonly sinceProgress: number
  /** Whether there is work and no progress for longer than the stall timeout. */
  readonly isStalled: boolean
  /** Why the shard failed. */
  readonly error: { readonly code: string; readonly message: string } | undefined
}
