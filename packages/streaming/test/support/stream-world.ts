import type { Logger, Shard } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import type { OnError } from '../../src/config/pipeline-config.ts'
import { PipelineHost, type PipelineHostOptions } from '../../src/shard/pipeline-host.ts'
import type { DeadLetterSpec, TargetSpec } from '../../src/target/target-spec.ts'
import type { TestRecord } from './batch.ts'
import { FakeSink, type Written } from './fake-sink.ts'
import { FakeSource, type FakePositions } from './fake-source.ts'

const blockingPolicy: OnError = { retry: { initial: 100, max: 1000, factor: 2 }, maxAttempts: 3, then: 'block' }

/** What a test may set; the rest is usual. */
export interface WorldOptions {
  readonly source?: FakeSource
  readonly clock?: FakeClock
  readonly onError?: Partial<OnError>
  readonly key?: string
  readonly codec?: PipelineHostOptions['codec']
  readonly targets?: readonly string[]
  readonly withDeadLetters?: boolean
  readonly fenced?: boolean
  /** The sinks may keep batches; here they are given back by default, and spoilt then. */
  readonly retainsBytes?: boolean
  readonly settings?: Partial<PipelineHostOptions['settings']>
  readonly areTokensLasting?: boolean
  readonly flipDeadline?: number
}

export const shard: Shard = { topic: 'orders', partition: 0 }

/** A worker's data path on a fake clock. */
export function makeWorld(options: WorldOptions = {}) {
  const clock = options.clock ?? new FakeClock()
  const source = options.source ?? new FakeSource()
  const capabilities = {
    ordered: true,
    idempotent: false,
    fenced: options.fenced ?? false,
    retainsBytes: options.retainsBytes ?? false,
  }
  const onError: OnError = { ...blockingPolicy, ...options.onError }
  const sinks: Record<string, FakeSink> = {}
  const target = (name: string, weight = 1): TargetSpec => {
    sinks[name] ??= new FakeSink(clock)
    return { name, weight, sink: sinks[name], capabilities, onError }
  }
  const deadSink = new FakeSink(clock)
  const deadLetters: DeadLetterSpec | undefined = options.withDeadLetters
    ? { sink: deadSink, capabilities, onError: blockingPolicy }
    : undefined
  const settings = {
    commitInterval: 1000,
    mirrorInterval: 3000,
    writeTimeout: 500,
    stallTimeout: 10_000,
    maxBytesInFlight: 1_000_000,
    maxBytesInFlightPerShard: 100_000,
    sessionTimeout: 4000,
    ...options.settings,
  }
  const route = {
    key: options.key ?? 'key',
    points: 64,
    flipDeadline: options.flipDeadline ?? 5000,
    targets: (options.targets ?? ['north', 'south']).map((name) => target(name)),
  }
  const { codec, areTokensLasting = true } = options
  const told: string[] = []
  const tell =
    (level: 'info' | 'warn' | 'error'): Logger['info'] =>
    (text, fields) => {
      told.push(text)
      clock.ports.logger[level](text, fields)
    }
  const logger = { ...clock.ports.logger, info: tell('info'), warn: tell('warn'), error: tell('error') }
  const ports = { ...clock.ports, logger }
  const host = new PipelineHost({ ports, source, codec, route, deadLetters, settings, areTokensLasting })
  const sink = (name: string): FakeSink => sinks[name] as FakeSink
  const written = (): Written[] => Object.values(sinks).flatMap((each) => each.written)
  return { clock, source, host, told, sink, target, deadSink, written, positions: source.positions as FakePositions }
}

/** Records with the keys k0, k1, ... in turn. */
export function keyed(count: number, { keys = 7, from = 0 } = {}): TestRecord[] {
  return Array.from({ length: count }, (_, index) => ({ key: `k${(from + index) % keys}`, value: `v${from + index}` }))
}
