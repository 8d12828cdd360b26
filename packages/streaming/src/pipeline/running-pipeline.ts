import { errorFields, isRingkeeperError, type Ports } from '@ringkeeper/core'
import type { PipelineConfig } from '../config/pipeline-config.ts'
import type { PipelineInput, TargetInput } from '../config/pipeline-input.ts'
import { streamingErrors } from '../errors.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { PipelineHost } from '../shard/pipeline-host.ts'
import type { Cleanup } from './cleanup.ts'
import { compareTargets } from './compare-targets.ts'
import type { HandOvers } from './hand-overs.ts'
import type { Pipeline } from './pipeline.ts'
import { pipelineStatus, type PipelineStatus } from './pipeline-status.ts'
import type { Targets } from './targets.ts'
import { targetsChecksum } from './targets-checksum.ts'

/** What a running pipeline is made of. */
export interface PipelineParts {
  readonly input: PipelineInput
  readonly config: PipelineConfig
  readonly worker: string
  readonly fleet: Fleet
  readonly host: PipelineHost
  readonly handOvers: HandOvers
  readonly targets: Targets
  readonly validate: (input: PipelineInput) => Promise<PipelineConfig>
  /** Closes the host and all that it stands on. */
  readonly cleanup: Cleanup
  readonly ports: Ports
  readonly signal: AbortSignal | undefined
}

/** A worker that has joined its fleet. */
export class RunningPipeline implements Pipeline {
  readonly worker: string
  readonly done: Promise<void>
  readonly #parts: PipelineParts
  /** Aborts when nothing is waited for any more; a later stop may be less patient than an earlier one. */
  readonly #limit = new AbortController()
  readonly #onAbort = (): void => void this.stop().catch(() => {})
  /** Resolves when the newest change of targets has begun. */
  #changing: Promise<unknown> = Promise.resolve()
  /** The sinks are being closed, or are. */
  #hasEnded = false

  constructor(parts: PipelineParts) {
    this.#parts = parts
    this.worker = parts.worker
    this.done = this.#run()
    // Whoever does not ask is not told.
    this.done.catch(() => {})
    void compareTargets(parts.fleet.statuses(), parts.ports.logger)
    if (parts.signal?.aborted) this.#onAbort()
    else parts.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  status(): PipelineStatus {
    const { config, fleet, host, handOvers } = this.#parts
    return pipelineStatus(config.pipeline, fleet, host, handOvers)
  }

  async *statuses(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<PipelineStatus> {
    for await (const _ of this.#parts.fleet.statuses(options)) yield this.status()
  }

  setTargets(given: readonly TargetInput[]): Promise<void> {
    // They begin one after the other. None waits for an older one's end, which may wait for a sink that this one removes.
    const begun = this.#changing.catch(() => {}).then(() => this.#beginChange(given))
    this.#changing = begun
    return begun.then(({ done }) => done)
  }

  stop({ timeout }: { readonly timeout?: number } = {}): Promise<void> {
    const { fleet, ports } = this.#parts
    if (timeout !== undefined) {
      const cancel = ports.timers.set(timeout, () => this.#limit.abort())
      void this.done.catch(() => {}).then(cancel)
    }
    // What it rejects with, `done` rejects with too.
    fleet.leave({ signal: this.#limit.signal }).catch(() => {})
    return this.done
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #run(): Promise<void> {
    const { fleet, cleanup, signal, ports } = this.#parts
    try {
      await fleet.done
      this.#hasEnded = true
    } catch (error) {
      ports.logger.error('the pipeline cannot go on', errorFields(error))
      // Hands over what others may be able to do.
      await fleet.leave({ signal: this.#limit.signal }).catch(() => {})
      this.#hasEnded = true
      if (isRingkeeperError(error, 'RK_STREAMING_LEAVE_UNFINISHED')) {
        // Writes that do not settle would be waited for here as well.
        void cleanup[Symbol.asyncDispose]().catch(() => {})
        throw error
      }
      await cleanup[Symbol.asyncDispose]().catch(() => {})
      throw error
    } finally {
      signal?.removeEventListener('abort', this.#onAbort)
    }
    await cleanup[Symbol.asyncDispose]()
  }

  async #beginChange(given: readonly TargetInput[]): Promise<{ readonly done: Promise<void> }> {
    const { input, validate, targets, host, fleet } = this.#parts
    this.#assertRunning()
    const config = await validate({ ...input, route: { ...input.route, targets: given } })
    return await targets.specs(config.route.targets, (specs) => {
      // Making sinks takes time; nobody would close them any more.
      this.#assertRunning()
      fleet.showTargets(targetsChecksum(config.route.targets))
      return { done: host.setTargets(specs) }
    })
  }

  #assertRunning(): void {
    if (this.#hasEnded) throw streamingErrors.PIPELINE_ENDED({ pipeline: this.#parts.config.pipeline })
  }
}
