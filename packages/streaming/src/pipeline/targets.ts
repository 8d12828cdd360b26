import { isDeepStrictEqual } from 'node:util'
import type { ComponentConfig, TargetConfig } from '../config/pipeline-config.ts'
import { deadLettersName, type DeadLetterSpec, type TargetSpec } from '../target/target-spec.ts'
import type { Components } from './components.ts'

/** Dead letters are never given up: they are the last place. */
const deadLetterPolicy = {
  retry: { initial: 100, max: 10_000, factor: 2 },
  maxAttempts: Number.POSITIVE_INFINITY,
  then: 'block',
} as const

/** Makes the sinks of targets, and knows which target has which. */
export class Targets {
  readonly #components: Components
  readonly #codec: string
  #current: readonly { readonly config: ComponentConfig; readonly spec: TargetSpec }[] = []

  /** @param codec - the type of the pipeline's codec. */
  constructor(components: Components, codec: string) {
    this.#components = components
    this.#codec = codec
  }

  /**
   * The targets of a configuration: with the sinks they have already where name and options are the same. Either all sinks
   * are made and `accept` takes them over, or none is left open.
   */
  async specs<Result>(
    targets: readonly TargetConfig[],
    accept: (specs: readonly TargetSpec[]) => Result,
    signal?: AbortSignal,
  ): Promise<Result> {
    const made: TargetSpec[] = []
    const next: { config: ComponentConfig; spec: TargetSpec }[] = []
    try {
      for (const { name, weight, sink: config, onError } of targets) {
        const known = this.#current.find(
          ({ spec, config: had }) => spec.name === name && isDeepStrictEqual(had, config),
        )
        const parts = known?.spec ?? (await this.#components.sink(config, name, this.#codec, signal))
        const spec = { name, weight, onError, sink: parts.sink, capabilities: parts.capabilities }
        if (!known) made.push(spec)
        next.push({ config, spec })
      }
      const result = accept(next.map(({ spec }) => spec))
      this.#current = next
      return result
    } catch (error) {
      await Promise.allSettled(made.map(({ sink }) => sink[Symbol.asyncDispose]()))
      throw error
    }
  }

  /** The sink for dead letters, which are JSON whatever the pipeline's codec is. */
  async deadLetters(config: ComponentConfig | undefined, signal?: AbortSignal): Promise<DeadLetterSpec | undefined> {
    if (!config) return undefined
    return { ...(await this.#components.sink(config, deadLettersName, 'json', signal)), onError: deadLetterPolicy }
  }
}
