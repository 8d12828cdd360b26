import type {
  Codec,
  ComponentContext,
  CoordinatorBackend,
  Ports,
  Sink,
  SinkCapabilities,
  Source,
  SourceIdentity,
} from '@ringkeeper/core'
import type { ComponentConfig, PipelineConfig } from '../config/pipeline-config.ts'
import type { ComponentKinds, PluginRegistry } from '../plugins/registry.ts'
import type { MemoryCoordinationOptions } from '../plugins/memory-coordination.ts'
import { makeComponent } from './make-component.ts'
import { PositionFile } from './position-file.ts'

/** Makes the parts that a validated configuration names. */
export class Components {
  readonly #registry: PluginRegistry
  readonly #context: ComponentContext
  readonly #timeout: number

  /** @param timeout - milliseconds that each may take. */
  constructor(registry: PluginRegistry, context: ComponentContext, timeout: number) {
    this.#registry = registry
    this.#context = context
    this.#timeout = timeout
  }

  source({ type, options }: ComponentConfig, signal?: AbortSignal): Promise<Source> {
    const { create } = this.#find('source', type)
    return this.#make(`the source ${type}`, () => create(options as never, this.#context), signal)
  }

  /** What all workers have to agree on about their source. */
  sourceIdentity({ type, options }: ComponentConfig): SourceIdentity {
    return { type, ...this.#find('source', type).identity?.(options as never) }
  }

  /** `undefined` for values that stay bytes: then nothing is done to them. */
  async codec(type: string, signal?: AbortSignal): Promise<Codec | undefined> {
    if (type === 'bytes') return undefined
    const { create } = this.#find('codec', type)
    return await this.#make(`the codec ${type}`, () => create(this.#context), signal)
  }

  /** @param codec - the type of the codec that has read the values. */
  async sink(
    { type, options }: ComponentConfig,
    target: string,
    codec: string,
    signal?: AbortSignal,
  ): Promise<{ readonly sink: Sink; readonly capabilities: SinkCapabilities }> {
    const { create, capabilities } = this.#find('sink', type)
    const make = (): Sink | Promise<Sink> => create(options as never, { ...this.#context, target, codec })
    return { sink: await this.#make(`the sink ${type} of target ${target}`, make, signal), capabilities }
  }

  #make<Made extends object>(
    component: string,
    make: () => Made | Promise<Made>,
    signal: AbortSignal | undefined,
  ): Promise<Made> {
    return makeComponent(component, make, { timers: this.#context.ports.timers, timeout: this.#timeout, signal })
  }

  // Validation has found every one of them.
  #find<Kind extends keyof ComponentKinds>(kind: Kind, type: string): ComponentKinds[Kind] {
    return this.#registry.find(kind, type) as ComponentKinds[Kind]
  }
}

/** Sessions on the tree that a configuration names. */
export async function makeCoordinator(
  { coordination, worker }: PipelineConfig,
  registry: PluginRegistry,
  ports: Ports,
  signal?: AbortSignal,
): Promise<CoordinatorBackend> {
  const { type, options, sessionTimeout, serverTick } = coordination
  const component = registry.find('coordinator', type) as ComponentKinds['coordinator']
  const make = (): CoordinatorBackend | Promise<CoordinatorBackend> =>
    component.create(options as never, { ports, sessionTimeout, serverTick })
  const { timers } = ports
  return await makeComponent(`the coordination ${type}`, make, { timers, timeout: worker.startTimeout, signal })
}

/** The file of positions of a worker on its own; `undefined` where positions are kept elsewhere. */
export async function positionFile(
  { pipeline, coordination }: PipelineConfig,
  source: Source,
): Promise<PositionFile | undefined> {
  if (source.positions || coordination.type !== 'memory') return undefined
  const { positions = `.ringkeeper/${pipeline}.json` } = coordination.options as MemoryCoordinationOptions
  return await PositionFile.open(positions)
}
