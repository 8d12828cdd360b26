/** Bytes that WebAssembly adds at once. */
export const VECTOR = 16

/** So many bytes are left of long ones. */
export const WINDOW: number = 209 * VECTOR

/** Bytes that are folded at a time; together with what surrounds them they fit into one page of memory. */
const PIECE = 32 * 1024

/** What `wasm/crc32c-fold.ts` assembles. */
export const MODULE =
  'AGFzbQEAAAABBQFgAX8AAwMCAAAFAwEAAQcaAwRmb2xkAAAGZmluaXNoAAEGbWVtb3J5AgAKnQECTQEBfwNAIAEgAf0ABJAaIAH9AASAEv1RIAH9AATgBv1RIAH9AATwBP1RIAH9AATgAf1RIAH9AAQA/VH9CwSQGiABQRBqIgEgAEkNAAsLTQEBfwNAIAEgAf0ABKA0IAH9AASAEv1RIAH9AATgBv1RIAH9AATwBP1RIAH9AATgAf1RIAH9AAQA/VH9CwSgNCABQRBqIgEgAEkNAAsL'

/** Replaces bytes, at least {@link WINDOW} and a vector, by {@link WINDOW} others; those are gone with the next call. */
export type Fold = (bytes: Uint8Array, start: number, end: number) => Uint8Array

/**
 * A way to replace long bytes by short ones whose register of CRC-32C, counted from 0, is that of the long ones, counted from -1.
 * `undefined` where the engine or the processor has no vectors.
 *
 * A CRC is the remainder of a polynomial over GF(2), and `1 + y^14 + y^39 + y^54 + y^144 + y^209` is a multiple of
 * CRC-32C's polynomial in `y`. Squaring it seven times shows that the same holds for `y = x^128`: the first 16 bytes may be
 * taken away if they are added, that is XORed, to those 65, 155, 170, 195 and 209 places behind them. So a few
 * additions of 16 bytes stand for 16 look-ups in tables, until 209 places are left.
 */
export function compileFold(): Fold | undefined {
  const folding = instantiate()
  if (!folding) return undefined
  const { fold, finish, memory } = folding
  const scratch = new Uint8Array(memory.buffer)
  const left = scratch.subarray(2 * WINDOW, 3 * WINDOW)
  return (bytes, start, end) => {
    // As if zeros stood in front, which change nothing, up to a whole number of vectors.
    let at = start - (-(end - start) & (VECTOR - 1))
    const last = end - WINDOW
    scratch.fill(0, 0, WINDOW + VECTOR)
    while (at < last) {
      const next = Math.min(at + PIECE, last)
      const from = Math.max(at, start)
      const to = WINDOW + from - at
      scratch.set(bytes.subarray(from, next), to)
      // A register that begins with -1 is one that begins with 0 and meets the first four bytes inverted.
      if (from === start) for (let byte = to; byte < to + 4; byte += 1) scratch[byte]! ^= 0xff
      fold(next - at)
      scratch.copyWithin(0, next - at, next - at + WINDOW)
      at = next
    }
    // The last ones are only added to: behind the window nothing more is taken away.
    scratch.fill(0, WINDOW, 2 * WINDOW)
    left.set(bytes.subarray(last, end))
    finish(WINDOW)
    return left
  }
}

/** What the module exports. */
interface Folding {
  readonly fold: (length: number) => void
  readonly finish: (length: number) => void
  readonly memory: { readonly buffer: ArrayBuffer }
}

/** The part of it that is used here; only browsers' types declare it. */
interface WithWebAssembly {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object) => { readonly exports: object }
  }
}

function instantiate(): Folding | undefined {
  try {
    const { Module, Instance } = (globalThis as unknown as WithWebAssembly).WebAssembly
    return new Instance(new Module(Buffer.from(MODULE, 'base64'))).exports as Folding
  } catch {
    return undefined
  }
}
