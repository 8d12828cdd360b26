import type {
  Codec,
  ComponentContext,
  CoordinatorBackend,
  Ports,
  PositionStore,
  Sink,
  SinkCapabilities,
  Source,
  SourceIdentity,
} from '@ringkeeper/core'
import type { ComponentConfig, PipelineConfig } from '../config/pipeline-config.ts'
import type { ComponentKinds, PluginRegistry } from '../plugins/registry.ts'
import type { MemoryCoordinationOptions } from '../plugins/memory-coordination.ts'
import { PositionFile } from './position-file.ts'

/** Makes the parts that a validated configuration names. */
export class Components {
  readonly #registry: PluginRegistry
  readonly #context: ComponentContext

  constructor(registry: PluginRegistry, context: ComponentContext) {
    this.#registry = registry
    this.#context = context
  }

  async source({ type, options }: ComponentConfig): Promise<Source> {
    return await this.#find('source', type).create(options as never, this.#context)
  }

  /** What all workers have to agree on about their source. */
  sourceIdentity({ type, options }: ComponentConfig): SourceIdentity {
    return { type, ...this.#find('source', type).identity?.(options as never) }
  }

  /** `undefined` for values that stay bytes: then nothing is done to them. */
  async codec(type: string): Promise<Codec | undefined> {
    return type === 'bytes' ? undefined : await this.#find('codec', type).create(this.#context)
  }

  /** @param codec - the type of the codec that has read the values. */
  async sink(
    { type, options }: ComponentConfig,
    target: string,
    codec: string,
  ): Promise<{ readonly sink: Sink; readonly capabilities: SinkCapabilities }> {
    const { create, capabilities } = this.#find('sink', type)
    return { sink: await create(options as never, { ...this.#context, target, codec }), capabilities }
  }

  // Validation has found every one of them.
  #find<Kind extends keyof ComponentKinds>(kind: Kind, type: string): ComponentKinds[Kind] {
    return this.#registry.find(kind, type) as ComponentKinds[Kind]
  }
}

/** Sessions on the tree that a configuration names. */
export async function makeCoordinator(
  { coordination }: PipelineConfig,
  registry: PluginRegistry,
  ports: Ports,
): Promise<CoordinatorBackend> {
  const { type, options, sessionTimeout, serverTick } = coordination
  const component = registry.find('coordinator', type) as ComponentKinds['coordinator']
  return await component.create(options as never, { ports, sessionTimeout, serverTick })
}

/** The file of positions of a worker on its own; `undefined` where positions are kept elsewhere. */
export async function positionFile(
  { pipeline, coordination }: PipelineConfig,
  source: Source,
): Promise<PositionStore | undefined> {
  if (source.positions || coordination.type !== 'memory') return undefined
  const { positions = `.ringkeeper/${pipeline}.json` } = coordination.options as MemoryCoordinationOptions
  return await PositionFile.open(positions)
}
