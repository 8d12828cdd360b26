import { textModule } from './text-module.ts'

/** MD5 of short text. */
export interface Md5OfText {
  /** Puts the digest of up to 55 characters into `digest`; above 127 is returned when they were not ASCII and it is wrong. */
  readonly take: (text: string) => number
  /** Little-endian. */
  readonly digest: Int32Array
}

/** What `wasm/md5-text.ts` assembles. */
export const MODULE =
  'AGFzbQEAAAABEQNgAm9/AX9gAW8Bf2ABbwF/AjUCDndhc206anMtc3RyaW5nCmNoYXJDb2RlQXQAAA53YXNtOmpzLXN0cmluZwZsZW5ndGgAAQMCAQIFAwEAAQcRAgRoYXNoAAIGbWVtb3J5AgAKgwkBgAkBDH9BAEIANwMAQQBCADcDCEEAQgA3AxBBAEIANwMYQQBCADcDIEEAQgA3AyhBAEIANwMwQQBCADcDOEEAQgA3A0BBAEIANwNIQQBCADcDUEEAQgA3A1hBAEIANwNgQQBCADcDaEEAQgA3A3BBAEIANwN4IAAQASIBBEAgAEEAEAAhAwsgAUF8cSEEAkADQCACIARPDQEgACACEAAiBSADciEDIAUgACACQQFqEAAiBSADciEDIAVBCHRyIAAgAkECahAAIgUgA3IhAyAFQRB0ciAAIAJBA2oQACIFIANyIQMgBUEYdHIhByACIAc2AgAgAiAHNgJAIAJBBGohAgwACwsgAUEDcQRAIAFBA3FBA0YEQCAAIAJBAmoQACIFIANyIQMgBUEQdCEGCyABQQJxBEAgACACQQFqEAAiBSADciEDIAVBCHQgBnIhBgsgACACEAAiBSADciEDIAUgBnIhBgtBgAEgAUEDdHQgBnIhByACIAc2AgAgAiAHNgJAIAFBA3QhB0E4IAc2AgBBOCAHNgJAQYHGlLoGIQlBide2/n4hCkH+uevFeSELQfaoyYEBIQwDQCAIQT9xIQcgCSAHKAIAaiAIKAKAAWogCyAMcyAKcSAMc2pBB3cgCmohCSAMIAcoAgRqIAgoAoQBaiAKIAtzIAlxIAtzakEMdyAJaiEMIAsgBygCCGogCCgCiAFqIAkgCnMgDHEgCnNqQRF3IAxqIQsgCiAHKAIMaiAIKAKMAWogDCAJcyALcSAJc2pBFncgC2ohCiAIQRBqIghBP3ENAAsDQCAIQT9xIQcgCSAHKAIEaiAIKAKAAWogDEF/cyALcWogDCAKcWpBBXcgCmohCSAMIAcoAhhqIAgoAoQBaiALQX9zIApxaiALIAlxakEJdyAJaiEMIAsgBygCLGogCCgCiAFqIApBf3MgCXFqIAogDHFqQQ53IAxqIQsgCiAHKAIAaiAIKAKMAWogCUF/cyAMcWogCSALcWpBFHcgC2ohCiAIQRBqIghBP3ENAAsDQEEAIAhrQT9xIQcgCSAHKAIUaiAIKAKAAWogCyAMcyAKc2pBBHcgCmohCSAMIAcoAiBqIAgoAoQBaiAKIAtzIAlzakELdyAJaiEMIAsgBygCLGogCCgCiAFqIAkgCnMgDHNqQRB3IAxqIQsgCiAHKAI4aiAIKAKMAWogDCAJcyALc2pBF3cgC2ohCiAIQRBqIghBP3ENAAsDQEEAIAhrQT9xIQcgCSAHKAIAaiAIKAKAAWogDEF/cyAKciALc2pBBncgCmohCSAMIAcoAhxqIAgoAoQBaiALQX9zIAlyIApzakEKdyAJaiEMIAsgBygCOGogCCgCiAFqIApBf3MgDHIgCXNqQQ93IAxqIQsgCiAHKAIUaiAIKAKMAWogCUF/cyALciAMc2pBFXcgC2ohCiAIQRBqIghBP3ENAAtBACAJQYHGlLoGajYCgANBACAKQYnXtv5+ajYChANBACALQf6568V5ajYCiANBACAMQfaoyYEBajYCjAMgAws='

/** Where its memory has the constants and the digest, in bytes; before them, twice, the block. */
export const CONSTANTS = 128
export const DIGEST = 384

/** MD5 of text in WebAssembly; `undefined` where that does not work. */
export function compileMd5(constants: Int32Array): Md5OfText | undefined {
  const exports = textModule(MODULE)
  if (exports === undefined) return undefined
  const { buffer } = exports['memory'] as WebAssembly.Memory
  new Int32Array(buffer, CONSTANTS).set(constants)
  return { take: exports['hash'] as Md5OfText['take'], digest: new Int32Array(buffer, DIGEST, 4) }
}
