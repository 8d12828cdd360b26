import {
  add,
  base64,
  block,
  br,
  brIf,
  end,
  eqz,
  geU,
  get,
  gtU,
  i32,
  iff,
  loop,
  mul,
  nothing,
  ret,
  rotl,
  set,
  shrU,
  tee,
  xor,
  and,
  type Code,
} from '@ringkeeper-tools/assembler'
import { assembleText, charCodeAt, lengthOf, otherwise, readTail, wordAt } from './text-function.ts'

// The locals: two parameters, then the others
const [text, seed, length, at, hash, seen, last, char, tail] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const reading = { text, at, seen, char }

const scramble: Code = [i32(0xcc9e2d51), mul, i32(15), rotl, i32(0x1b873593), mul]

const finish: Code = [
  [get(hash), get(length), xor, tee(hash)],
  [get(hash), i32(16), shrU, xor, i32(0x85ebca6b), mul, tee(hash)],
  [get(hash), i32(13), shrU, xor, i32(0xc2b2ae35), mul, tee(hash)],
  [get(hash), i32(16), shrU, xor],
]

const body: Code = [
  [get(seed), set(hash)],
  [get(text), lengthOf, tee(length), eqz, iff, nothing, finish, ret, end],
  // The first character is read on the way to all others, so that the string is looked at once.
  [get(text), i32(0), charCodeAt, set(seen)],
  [get(length), i32(-4), and, set(last)],
  [block, nothing, loop, nothing, get(at), get(last), geU, brIf(1)],
  [get(hash), wordAt(reading), scramble, xor],
  [i32(13), rotl, i32(5), mul, i32(0xe6546b64), add, set(hash)],
  [get(at), i32(4), add, set(at), br(0), end, end],
  readTail(reading, length, tail, [get(tail), scramble, get(hash), xor, set(hash)]),
  [get(seen), i32(0x7f), gtU, iff, nothing, get(text), get(seed), otherwise, ret, end],
  [finish, end],
]

/**
 * The WebAssembly in `src/hash/murmur3-wasm.ts`: murmur3 of ASCII; of other text `js.otherwise` gives it. A test compares the
 * two; after a change here run `node packages/hashing/wasm/murmur3-text.ts` and put what it prints there.
 */
export const murmur3Text: Uint8Array = assembleText({ integers: 1, locals: tail - seed, body, hasOtherwise: true })

if (import.meta.main) console.log(base64(murmur3Text))
