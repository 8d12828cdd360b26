import { z } from 'zod'
import type { OnError, WorkerConfig } from '../pipeline-config.ts'
import type { ComponentInput, PipelineInput } from '../pipeline-input.ts'
import { onErrorSchema } from './on-error.ts'
import { byteSize, duration, interval, name } from './scalars.ts'

const component = z.looseObject({ type: z.string().min(1) })

const coordination = z.looseObject({
  type: z.string().min(1),
  root: z
    .string()
    .regex(/^(\/[^/]+)+$/, { error: 'expected the path of a node, such as /ringkeeper' })
    .default('/ringkeeper'),
  sessionTimeout: interval.default(10_000),
  serverTick: interval.optional(),
})

const target = z.strictObject({
  name,
  weight: z.number().min(0).default(1),
  sink: component,
  onError: onErrorSchema.prefault({}),
})

const route = z.strictObject({
  key: z
    .string()
    .regex(/^(key|value(\.[^.]+)+)$/, {
      error: "expected key (the record's key), or a path into the decoded value such as value.customer",
    })
    .default('key'),
  points: z.int().min(1).max(65_536).default(512),
  targets: z.array(target).min(1),
  flipDeadline: duration.default(10_000),
})

const worker = z.strictObject({
  id: name.default('auto'),
  zone: name.optional(),
  weight: z.number().positive().default(1),
  capacity: z.int().min(1).optional(),
  drainTimeout: duration.default(10_000),
  commitInterval: interval.default(1000),
  mirrorInterval: interval.default(3000),
  writeTimeout: duration.optional(),
  startTimeout: interval.default(30_000),
  stallTimeout: interval.default(30_000),
  maxBytesInFlight: byteSize.default(64 * 2 ** 20),
  maxBytesInFlightPerShard: byteSize.default(8 * 2 ** 20),
})

/** A pipeline file with its defaults; the options of components are still as they were written. */
export interface PipelineFile {
  readonly pipeline: string
  readonly plugins: readonly string[]
  readonly coordination: ComponentInput & {
    readonly root: string
    readonly sessionTimeout: number
    readonly serverTick?: number | undefined
  }
  readonly source: ComponentInput
  readonly codec: string
  readonly route: {
    readonly key: string
    readonly points: number
    readonly targets: readonly {
      readonly name: string
      readonly weight: number
      readonly sink: ComponentInput
      readonly onError: OnError
    }[]
    readonly flipDeadline: number
  }
  readonly deadLetters?: ComponentInput | undefined
  readonly worker: Omit<WorkerConfig, 'writeTimeout' | 'zone' | 'capacity'> & {
    readonly zone?: string | undefined
    readonly capacity?: number | undefined
    readonly writeTimeout?: number | undefined
  }
  readonly http?: { readonly host: string; readonly port: number } | undefined
}

/** Checks everything but the options of components. The descriptions are what editors show. */
export const pipelineFile: z.ZodType<PipelineFile, PipelineInput> = z.strictObject({
  pipeline: name.meta({ description: "The pipeline's name: its node in the coordinator, and its label in metrics" }),
  plugins: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: 'Modules that add components: names of packages, or paths relative to this file' }),
  coordination: coordination
    .prefault({ type: 'memory' })
    .meta({ description: 'How the workers of a fleet share the shards; memory is for a single worker' }),
  source: component.meta({ description: 'Where records come from' }),
  codec: z.string().min(1).default('bytes').meta({ description: 'How values are decoded' }),
  route: route.meta({ description: 'Which target gets a record' }),
  deadLetters: component.optional().meta({ description: 'Where records go that cannot be processed' }),
  worker: worker.prefault({}).meta({ description: 'How this worker behaves' }),
  http: z
    .strictObject({ host: z.string().min(1).default('127.0.0.1'), port: z.int().min(0).max(65_535).default(0) })
    .optional()
    .meta({ description: 'Where the ingest app answers /live, /ready, /metrics and /status; port 0 picks a free one' }),
})
