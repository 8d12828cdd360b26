import {
  add,
  assemble,
  base64,
  brIf,
  end,
  get,
  i32,
  i32Type,
  loadVector,
  loop,
  ltU,
  nothing,
  storeVector,
  tee,
  xorVector,
  type Code,
} from '@ringkeeper-tools/assembler'
import { VECTOR, WINDOW } from '../src/protocol/crc32c-fold.ts'

/** How many vectors before it those lie that are added to a vector: see `src/protocol/crc32c-fold.ts`. */
const distances = [65, 155, 170, 195, WINDOW / VECTOR]

// The locals: a parameter and a counter of bytes
const [length, at] = [0, 1]

/** Adds to each vector from `data` on what the window before it, which begins at 0, and goes on with it, has for it. */
const folding = (data: number): Code => [
  [loop, nothing, get(at), get(at), loadVector(data)],
  distances.map((distance) => [get(at), loadVector(WINDOW - distance * VECTOR), xorVector]),
  [storeVector(data), get(at), i32(VECTOR), add, tee(at), get(length), ltU, brIf(0), end, end],
]

/**
 * The WebAssembly in `src/protocol/crc32c-fold.ts`. A test compares the two; after a change here run
 * `node packages/kafka/wasm/crc32c-fold.ts` and put what it prints there.
 */
export const crc32cFold: Uint8Array = assemble({
  types: [{ takes: [i32Type], gives: [] }],
  functions: [
    { name: 'fold', type: 0, locals: 1, body: folding(WINDOW) },
    { name: 'finish', type: 0, locals: 1, body: folding(2 * WINDOW) },
  ],
  pages: 1,
})

if (import.meta.main) console.log(base64(crc32cFold))
