import type { CoordinatorBackend } from '../coordinator/coordinator.ts'
import type { Ports } from '../ports.ts'
import type { Codec } from './codec.ts'
import type { Schema } from './schema.ts'
import type { Sink, SinkCapabilities } from './sink.ts'
import type { Source } from './source.ts'

/** What every component is told about where it runs. */
export interface ComponentContext {
  readonly pipeline: string
  /** The worker's node id. */
  readonly worker: string
  readonly ports: Ports
}

/** What a sink is told besides. */
export interface SinkContext extends ComponentContext {
  /** The target's name; `dead-letters` for the dead-letter sink. */
  readonly target: string
  /** The type of the codec that has read the values: with `json`, every value is known to be JSON in UTF-8. */
  readonly codec: string
}

/** What a kind of coordination is told besides its options. */
export interface CoordinatorContext {
  readonly ports: Ports
  /** Milliseconds that sessions will ask for. */
  readonly sessionTimeout: number
  /** Milliseconds of the servers' tick; absent where the pipeline leaves it to the component. */
  readonly serverTick: number | undefined
}

/** Options by name, as they are compared and shown to people: no secrets. */
export type SourceIdentity = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** A kind of source that a pipeline can name as `source.type`. */
export interface SourceComponent<Config = never> {
  readonly kind: 'source'
  readonly type: string
  readonly schema: Schema<Config>
  /**
   * The options that decide which records there are and where their positions are kept, such as topics and group. Workers that
   * differ in them cannot share a pipeline, and one that differs is refused. How the records are reached, such as addresses,
   * is no part of it. Without this only the type is compared.
   */
  readonly identity?: (config: Config) => SourceIdentity
  readonly create: (config: Config, context: ComponentContext) => Source | Promise<Source>
}

/** A kind of sink that a target can name as `sink.type`. */
export interface SinkComponent<Config = never> {
  readonly kind: 'sink'
  readonly type: string
  readonly schema: Schema<Config>
  readonly capabilities: SinkCapabilities
  readonly create: (config: Config, context: SinkContext) => Sink | Promise<Sink>
}

/** A codec that a pipeline can name as `codec`. */
export interface CodecComponent {
  readonly kind: 'codec'
  readonly type: string
  readonly create: (context: ComponentContext) => Codec | Promise<Codec>
}

/** A kind of coordination that a pipeline can name as `coordination.type`. */
export interface CoordinatorComponent<Config = never> {
  readonly kind: 'coordinator'
  readonly type: string
  readonly schema: Schema<Config>
  readonly create: (config: Config, context: CoordinatorContext) => CoordinatorBackend | Promise<CoordinatorBackend>
}

/** Anything a plugin can add. */
export type Component = SourceComponent | SinkComponent | CodecComponent | CoordinatorComponent

/** A set of components under one name: the default export of a plugin module. */
export interface Plugin {
  readonly name: string
  readonly apiVersion: 1
  readonly components: readonly Component[]
}

/** Declares a source; the type of `create`'s config comes from the schema. */
export function defineSource<Config>(component: Omit<SourceComponent<Config>, 'kind'>): SourceComponent {
  return { ...component, kind: 'source' } as SourceComponent<Config> as unknown as SourceComponent
}

/** Declares a sink; the type of `create`'s config comes from the schema. */
export function defineSink<Config>(component: Omit<SinkComponent<Config>, 'kind'>): SinkComponent {
  return { ...component, kind: 'sink' } as SinkComponent<Config> as unknown as SinkComponent
}

/** Declares a kind of coordination. */
export function defineCoordinator<Config>(component: Omit<CoordinatorComponent<Config>, 'kind'>): CoordinatorComponent {
  return { ...component, kind: 'coordinator' } as CoordinatorComponent<Config> as unknown as CoordinatorComponent
}

/** Declares a codec. */
export function defineCodec(component: Omit<CodecComponent, 'kind'>): CodecComponent {
  return { ...component, kind: 'codec' }
}

/**
 * Declares a plugin.
 *
 * @example
 * ```ts
 * export default definePlugin({
 *   name: 'acme',
 *   apiVersion: 1,
 *   components: [defineSink({ type: 'acme.log', schema, capabilities, create: (config) => new AcmeSink(config) })],
 * })
 * ```
 */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin
}
