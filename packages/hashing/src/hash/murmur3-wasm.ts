/** Hashes a text; signed. */
export type HashText = (text: string, seed: number) => number

/** What `wasm/murmur3-text.ts` assembles. */
export const MODULE =
  'AGFzbQEAAAABDAJgAm9/AX9gAW8BfwJEAw53YXNtOmpzLXN0cmluZwpjaGFyQ29kZUF0AAAOd2FzbTpqcy1zdHJpbmcGbGVuZ3RoAAECanMJb3RoZXJ3aXNlAAADAgEABwgBBGhhc2gAAwqJAwGGAwEHfyABIQQgABABIgJFBEAgBCACcyIEIARBEHZzQeuUr694bCIEIARBDXZzQbXcypV8bCIEIARBEHZzDwsgAEEAEAAhBSACQXxxIQYCQANAIAMgBk8NASAEIAAgAxAAIgcgBXIhBSAHIAAgA0EBahAAIgcgBXIhBSAHQQh0ciAAIANBAmoQACIHIAVyIQUgB0EQdHIgACADQQNqEAAiByAFciEFIAdBGHRyQdHa+OR8bEEPd0GT65zcAWxzQQ13QQVsQeTW0bJ+aiEEIANBBGohAwwACwsgAkEDcQRAIAJBA3FBA0YEQCAAIANBAmoQACIHIAVyIQUgB0EQdCEICyACQQJxBEAgACADQQFqEAAiByAFciEFIAdBCHQgCHIhCAsgACADEAAiByAFciEFIAcgCHJB0dr45HxsQQ93QZPrnNwBbCAEcyEECyAFQf8ASwRAIAAgARACDwsgBCACcyIEIARBEHZzQeuUr694bCIEIARBDXZzQbXcypV8bCIEIARBEHZzCw=='

/**
 * Murmur3 of text in WebAssembly, with `otherwise` for text that is not ASCII. `undefined` where the engine has no
 * string builtins for WebAssembly (Node before 24) or a page's policy forbids it.
 *
 * @see https://github.com/WebAssembly/js-string-builtins
 */
export function compileMurmur3(otherwise: HashText): HashText | undefined {
  try {
    const bytes = Uint8Array.from(atob(MODULE), (char) => char.charCodeAt(0))
    const module = new WebAssembly.Module(bytes, { builtins: ['js-string'] })
    return new WebAssembly.Instance(module, { js: { otherwise } }).exports['hash'] as HashText
  } catch {
    return undefined
  }
}
