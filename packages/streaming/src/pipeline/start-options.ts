import type { CoordinatorBackend, Plugin, Ports } from '@ringkeeper/core'
import type { LoadPluginsOptions } from '../plugins/load-plugins.ts'

/** What a program that embeds a pipeline gives it besides the configuration. */
export interface StartOptions extends LoadPluginsOptions {
  /** Components beside the built-in ones and those of the configuration's `plugins`. */
  readonly plugins?: readonly Plugin[]
  /** Stops the pipeline as `stop` does; before it runs, gives up starting it. */
  readonly signal?: AbortSignal
  /** Clock, timers, randomness and logger; the system's and a silent logger when absent. */
  readonly ports?: Partial<Ports>
  /**
   * Sessions on a tree that several workers of this process share, such as `memory()`; instead of what `coordination` names.
   * Positions of sources that keep none themselves are then in that tree alone.
   */
  readonly coordinator?: CoordinatorBackend
  /** Where this worker's status pages are, for the others to see, such as `http://10.0.0.7:8080`. */
  readonly address?: string
}
