import type {
  CodecComponent,
  Component,
  CoordinatorComponent,
  Plugin,
  SinkComponent,
  SourceComponent,
} from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { checkPlugin } from './check-plugin.ts'

/** The kinds of component that a pipeline can name. */
export interface ComponentKinds {
  readonly source: SourceComponent
  readonly sink: SinkComponent
  readonly codec: CodecComponent
  readonly coordinator: CoordinatorComponent
}

/** The components of a set of plugins, by kind and type. */
export class PluginRegistry {
  readonly #components = new Map<string, { readonly component: Component; readonly plugin: string }>()

  /** @throws RK_STREAMING_NOT_A_PLUGIN, RK_STREAMING_PLUGIN_API_VERSION or RK_STREAMING_DUPLICATE_COMPONENT. */
  constructor(plugins: readonly Plugin[]) {
    for (const plugin of new Set(plugins)) this.#add(checkPlugin(plugin, plugin.name))
  }

  /** The component of a kind and type; `undefined` when no plugin has it. */
  find<Kind extends keyof ComponentKinds>(kind: Kind, type: string): ComponentKinds[Kind] | undefined {
    return this.#components.get(`${kind} ${type}`)?.component as ComponentKinds[Kind] | undefined
  }

  /** All components of a kind, in the order of their plugins. */
  all<Kind extends keyof ComponentKinds>(kind: Kind): ComponentKinds[Kind][] {
    const found = [...this.#components.values()].filter(({ component }) => component.kind === kind)
    return found.map(({ component }) => component as ComponentKinds[Kind])
  }

  #add(plugin: Plugin): void {
    for (const component of plugin.components) {
      const { kind, type } = component
      const id = `${kind} ${type}`
      const other = this.#components.get(id)
      if (other) throw streamingErrors.DUPLICATE_COMPONENT({ kind, type, plugins: [other.plugin, plugin.name] })
      this.#components.set(id, { component, plugin: plugin.name })
    }
  }
}
