/** A component as a pipeline names it: its type, and what the component's own schema asks for. */
export interface ComponentConfig {
  readonly type: string
  readonly [option: string]: unknown
}

/** What to do when a sink does not take a record. */
export interface OnError {
  readonly retry: {
    /** Milliseconds before the first retry. */
    readonly initial: number
    /** The longest pause, in milliseconds. */
    readonly max: number
    readonly factor: number
  }
  /** Attempts before `then` applies; no limit for `block`. */
  readonly maxAttempts: number
  /**
   * - `block`: try for ever; the target takes nothing else meanwhile (default)
   * - `deadLetter`: hand the record to the dead-letter sink
   * - `drop`: count it and go on
   */
  readonly then: 'block' | 'deadLetter' | 'drop'
}

/** One named sink that the ring routes to. */
export interface TargetConfig {
  readonly name: string
  /** Share of the keys, relative to the other targets; 0 drains it. */
  readonly weight: number
  readonly sink: ComponentConfig
  readonly onError: OnError
}

/** A validated pipeline; all durations in milliseconds. */
export interface PipelineConfig {
  readonly pipeline: string
  readonly plugins: readonly string[]
  readonly coordination: ComponentConfig
  readonly source: ComponentConfig
  readonly codec: string
  readonly route: {
    /** `key`, or a path into the decoded value that begins with `value.`. */
    readonly key: string
    /** Points per unit of weight on the ring. */
    readonly points: number
    readonly targets: readonly TargetConfig[]
    /** How long a ring change waits for an old target before it takes the records back. */
    readonly flipDeadline: number
  }
  readonly deadLetters: ComponentConfig | undefined
  readonly worker: {
    /** The node id; `auto` makes a random one. */
    readonly id: string
    readonly zone: string | undefined
    readonly weight: number
    readonly drainTimeout: number
    readonly commitInterval: number
    /** How often positions are mirrored to the shard nodes. */
    readonly mirrorInterval: number
    /** The longest a single write to a sink may take; below half the session timeout. */
    readonly writeTimeout: number
    /** A shard that has records to process and makes no progress for this long is stalled. */
    readonly stallTimeout: number
    readonly maxBytesInFlight: number
    readonly maxBytesInFlightPerShard: number
  }
}
