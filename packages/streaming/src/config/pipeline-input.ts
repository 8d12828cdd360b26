import type { Duration } from '@ringkeeper/core'

/** A component by its type; the other fields are what that component's schema asks for. */
export interface ComponentInput {
  readonly type: string
  readonly [option: string]: unknown
}

/** What to do when a sink does not take a record. */
export interface OnErrorInput {
  /** Pauses between attempts: `backoff` for the defaults, 100 ms growing by a factor of 2 up to 10 s. */
  readonly retry?:
    | 'backoff'
    | {
        readonly initial?: Duration | undefined
        readonly max?: Duration | undefined
        readonly factor?: number | undefined
      }
    | undefined
  /**
   * Attempts before `then` applies; 5 by default, and without a limit for `block`. A sink that rejects a write as a whole
   * makes it an attempt of every record in it, of up to 4 MiB.
   */
  readonly maxAttempts?: number | undefined
  /** `block` by default: the target takes nothing else until the record is written. */
  readonly then?: 'block' | 'deadLetter' | 'drop' | undefined
}

/** One named sink that the ring routes to. */
export interface TargetInput {
  readonly name: string
  /** Share of the keys, relative to the other targets; 1 by default, 0 drains it. */
  readonly weight?: number | undefined
  readonly sink: ComponentInput
  readonly onError?: OnErrorInput | undefined
}

/** A pipeline as people write it, in YAML, JSON or TypeScript. */
export interface PipelineInput {
  /** The pipeline's name: its node in the coordinator, its label in metrics. */
  readonly pipeline: string
  /** Modules that add components: names of packages, or paths relative to the file. */
  readonly plugins?: readonly string[] | undefined
  /** How the workers of a fleet share the shards; `{ type: memory }` by default, for a single worker. */
  readonly coordination?:
    | (ComponentInput & {
        /** The node that holds all pipelines; `/ringkeeper` by default. */
        readonly root?: string | undefined
        /** 10 s by default: how long a worker may be silent before others take its shards. */
        readonly sessionTimeout?: Duration | undefined
        /** The servers' tickTime, when it is not the default of 2 s (200 ms for memory). */
        readonly serverTick?: Duration | undefined
      })
    | undefined
  readonly source: ComponentInput
  /** How values are decoded: `bytes` (default), `text`, `json`, or a plugin's. */
  readonly codec?: string | undefined
  readonly route: {
    /** `key` (default), or a path into the decoded value such as `value.customer`. */
    readonly key?: string | undefined
    /** Points on the ring per unit of weight; 512 by default. The same on all workers. */
    readonly points?: number | undefined
    readonly targets: readonly TargetInput[]
    /** 10 s by default: how long a change of targets waits for what is under way to an old target. */
    readonly flipDeadline?: Duration | undefined
  }
  /** Where records go that cannot be processed. Without it they stop the worker that reads them. */
  readonly deadLetters?: ComponentInput | undefined
  readonly worker?:
    | {
        /** `auto` (default) makes one of the host's name and a random part. */
        readonly id?: string | undefined
        /** Where it runs, for people: status pages show it, the plan does not go by it. */
        readonly zone?: string | undefined
        /** Share of the shards, relative to the other workers; 1 by default. */
        readonly weight?: number | undefined
        /** The most shards that this worker takes; no limit by default. */
        readonly capacity?: number | undefined
        /** 10 s by default: how long a graceful stop waits for records under way. */
        readonly drainTimeout?: Duration | undefined
        /** 1 s by default. */
        readonly commitInterval?: Duration | undefined
        /** 3 s by default: how often positions are copied to the coordinator. */
        readonly mirrorInterval?: Duration | undefined
        /** The longest a write may take; a quarter of the session timeout by default, always below half of it. */
        readonly writeTimeout?: Duration | undefined
        /** 30 s by default: how long starting waits for the coordinator, and for each component to be made. */
        readonly startTimeout?: Duration | undefined
        /** 30 s by default: without progress for this long a shard counts as stalled. */
        readonly stallTimeout?: Duration | undefined
        /** Bytes read and not yet acknowledged; 64 MiB by default. A number, or text such as `64MiB`. */
        readonly maxBytesInFlight?: number | string | undefined
        /** The same for each shard; 8 MiB by default. */
        readonly maxBytesInFlightPerShard?: number | string | undefined
      }
    | undefined
  /** Where the ingest app answers /live, /ready, /metrics and /status; port 0 (default) picks a free one. */
  readonly http?: { readonly host?: string | undefined; readonly port?: number | undefined } | undefined
}

/**
 * Gives a configuration file in TypeScript its types.
 *
 * @example
 * ```ts
 * export default defineConfig({
 *   pipeline: 'orders',
 *   source: { type: 'file', path: 'in/*.ndjson' },
 *   route: { targets: [{ name: 'north', sink: { type: 'stdout' } }] },
 * })
 * ```
 */
export function defineConfig(config: PipelineInput): PipelineInput {
  return config
}
