/** What can be wrong with a plugin. */
export const pluginErrorTable = {
  PLUGIN_NOT_FOUND: (data: { readonly plugin: string; readonly from: string }): string =>
    `the plugin ${JSON.stringify(data.plugin)} was not found from ${data.from}; install the package, or correct its name or path under plugins`,
  PLUGIN_FAILED: (data: { readonly plugin: string; readonly reason: string }): string =>
    `the plugin ${JSON.stringify(data.plugin)} could not be loaded: ${data.reason}`,
  NOT_A_PLUGIN: (data: { readonly plugin: string; readonly reason: string }): string =>
    `the module ${JSON.stringify(data.plugin)} is not a plugin: ${data.reason}; its default export must be what definePlugin returns`,
  PLUGIN_API_VERSION: (data: { readonly plugin: string; readonly apiVersion: unknown }): string =>
    `the plugin ${JSON.stringify(data.plugin)} is made for plugin API ${JSON.stringify(data.apiVersion)} and this runtime has 1; install a version of it that has apiVersion 1`,
  DUPLICATE_COMPONENT: (data: {
    readonly kind: string
    readonly type: string
    readonly plugins: readonly [string, string]
  }): string =>
    `the plugins ${data.plugins[0]} and ${data.plugins[1]} both have a ${data.kind} of type ${JSON.stringify(data.type)}; remove one of them from plugins`,
}
