/**
 * The exports of a WebAssembly module that reads text. `undefined` where the engine has no string builtins for WebAssembly
 * (Node before 24), or a page's policy forbids it.
 *
 * @param base64 - the module
 * @see https://github.com/WebAssembly/js-string-builtins
 */
export function textModule(base64: string, imports: WebAssembly.Imports = {}): WebAssembly.Exports | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    const module = new WebAssembly.Module(bytes, { builtins: ['js-string'] })
    return new WebAssembly.Instance(module, imports).exports
  } catch {
    return undefined
  }
}
