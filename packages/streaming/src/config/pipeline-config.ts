/** A component as a pipeline names it, after its own schema has seen the options. */
export interface ComponentConfig {
  readonly type: string
  /** What the component's schema made of the other fields. */
  readonly options: unknown
}

/** Who shares the pipeline's shards, and through what. */
export interface CoordinationConfig extends ComponentConfig {
  /** The node under which all pipelines keep theirs. */
  readonly root: string
  /** Milliseconds. */
  readonly sessionTimeout: number
  /** Milliseconds of the servers' tick; the component's default when absent. */
  readonly serverTick: number | undefined
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

/** How one worker of the fleet behaves. */
export interface WorkerConfig {
  /** The node id; `auto` makes one of the host's name and a random part. */
  readonly id: string
  /** Where it runs, for people: status pages show it, the plan does not go by it. */
  readonly zone: string | undefined
  /** Share of the shards, relative to the other workers. */
  readonly weight: number
  /** The most shards it takes; no limit when absent. */
  readonly capacity: number | undefined
  readonly drainTimeout: number
  readonly commitInterval: number
  /** How often positions are mirrored to the shard nodes. */
  readonly mirrorInterval: number
  /** The longest a single write to a sink may take; below half the session timeout. */
  readonly writeTimeout: number
  /** The longest that starting waits for the coordinator, and for each component to be made. */
  readonly startTimeout: number
  /** A shard that has records to process and makes no progress for this long is stalled. */
  readonly stallTimeout: number
  readonly maxBytesInFlight: number
  readonly maxBytesInFlightPerShard: number
}

/** A validated pipeline; all durations in milliseconds. */
export interface PipelineConfig {
  readonly pipeline: string
  readonly plugins: readonly string[]
  readonly coordination: CoordinationConfig
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
  readonly worker: WorkerConfig
  /** Where the ingest app answers; `startPipeline` itself opens no port. */
  readonly http: { readonly host: string; readonly port: number } | undefined
}
