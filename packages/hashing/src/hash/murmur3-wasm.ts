import { textModule } from './text-module.ts'

/** Hashes a text; signed. */
export type HashText = (text: string, seed: number) => number

/** What `wasm/murmur3-text.ts` assembles. */
export const MODULE =
  'AGFzbQEAAAABEgNgAm9/AX9gAW8Bf2ACb38BfwJEAw53YXNtOmpzLXN0cmluZwpjaGFyQ29kZUF0AAAOd2FzbTpqcy1zdHJpbmcGbGVuZ3RoAAECanMJb3RoZXJ3aXNlAAIDAgECBwgBBGhhc2gAAwqNAwGKAwEHfyABIQQgABABIgJFBEAgBCACcyIEIARBEHZzQeuUr694bCIEIARBDXZzQbXcypV8bCIEIARBEHZzDwsgAEEAEAAhBSACQXxxIQYCQANAIAMgBk8NASAEIAAgAxAAIgcgBXIhBSAHIAAgA0EBahAAIgcgBXIhBSAHQQh0ciAAIANBAmoQACIHIAVyIQUgB0EQdHIgACADQQNqEAAiByAFciEFIAdBGHRyQdHa+OR8bEEPd0GT65zcAWxzQQ13QQVsQeTW0bJ+aiEEIANBBGohAwwACwsgAkEDcQRAIAJBA3FBA0YEQCAAIANBAmoQACIHIAVyIQUgB0EQdCEICyACQQJxBEAgACADQQFqEAAiByAFciEFIAdBCHQgCHIhCAsgACADEAAiByAFciEFIAcgCHIhCCAIQdHa+OR8bEEPd0GT65zcAWwgBHMhBAsgBUH/AEsEQCAAIAEQAg8LIAQgAnMiBCAEQRB2c0HrlK+veGwiBCAEQQ12c0G13MqVfGwiBCAEQRB2cws='

/** Murmur3 of text in WebAssembly, with `otherwise` for text that is not ASCII; `undefined` where that does not work. */
export function compileMurmur3(otherwise: HashText): HashText | undefined {
  return textModule(MODULE, { js: { otherwise } })?.['hash'] as HashText | undefined
}
