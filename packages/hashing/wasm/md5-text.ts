import { CONSTANTS, DIGEST } from '../src/hash/md5-wasm.ts'
import {
  add,
  and,
  base64,
  block,
  br,
  brIf,
  end,
  geU,
  get,
  i32,
  i64Zero,
  load,
  loop,
  nothing,
  or,
  rotl,
  set,
  shl,
  store,
  store64,
  sub,
  tee,
  xor,
  iff,
  type Code,
} from '@ringkeeper-tools/assembler'
import { assembleText, charCodeAt, lengthOf, readTail, wordAt } from './text-function.ts'

// The locals: a parameter, then the others
const [text, length, at, seen, last, char, tail, word, step, a, b, c, d] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const reading = { text, at, seen, char }

/** How many bytes a block has. Memory begins with it twice, so that no index has to be wrapped round. */
const BLOCK = 64

/** What the digest begins with. */
const start = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]

/** Stores the word on the stack in both blocks. */
const storeTwice = (address: Code): Code => [
  set(word),
  [address, get(word), store(0)],
  [address, get(word), store(BLOCK)],
]

type Words = readonly [a: number, b: number, c: number, d: number]

/** One of the four rounds. */
interface Round {
  /** Step `i` takes word `i * factor + first` of the block. */
  readonly factor: number
  readonly first: number
  readonly rotations: readonly number[]
  /** What is added to a word: first what does not need `b`, the result of the step before, so that only the rest waits. */
  readonly early?: (words: Words) => Code
  readonly late: (words: Words) => Code
}

const not = (local: number): Code => [get(local), i32(-1), xor]

const rounds: readonly Round[] = [
  {
    factor: 1,
    first: 0,
    rotations: [7, 12, 17, 22],
    late: ([, b, c, d]) => [get(c), get(d), xor, get(b), and, get(d), xor],
  },
  {
    factor: 5,
    first: 1,
    rotations: [5, 9, 14, 20],
    early: ([, , c, d]) => [not(d), get(c), and, add],
    late: ([, b, , d]) => [get(d), get(b), and],
  },
  { factor: 3, first: 5, rotations: [4, 11, 16, 23], late: ([, b, c, d]) => [get(c), get(d), xor, get(b), xor] },
  { factor: 7, first: 0, rotations: [6, 10, 15, 21], late: ([, b, c, d]) => [not(d), get(b), or, get(c), xor] },
]

/** Four steps at a time, after which each word is where it was. `step` counts them, in bytes of constants. */
function roundCode({ factor, first, rotations, early, late }: Round): Code {
  // Four steps later the index of the word has gone on by 4 or, where 4 * factor is 12 more than a multiple of 16, back.
  const base = (4 * factor) % 16 === 4 ? get(step) : [i32(0), get(step), sub]
  const steps = rotations.map((by, j) => {
    const all = [a, b, c, d] as const
    const words = all.map((_, i) => all[(i + 4 - j) % 4]) as unknown as Words
    const index = (j * factor + first) % 16
    return [
      [get(words[0]), get(word), load(index * 4), add, get(step), load(CONSTANTS + 4 * j), add],
      [early?.(words) ?? [], late(words), add, i32(by), rotl, get(words[1]), add, set(words[0])],
    ]
  })
  return [
    [loop, nothing, base, i32(BLOCK - 1), and, set(word), steps],
    [get(step), i32(16), add, tee(step), i32(BLOCK - 1), and, brIf(0), end],
  ]
}

const body: Code = [
  Array.from({ length: CONSTANTS / 8 }, (_, i) => [i32(0), i64Zero, store64(i * 8)]),
  // The first character is read on the way to all others, so that the string is looked at once.
  [get(text), lengthOf, tee(length), iff, nothing, get(text), i32(0), charCodeAt, set(seen), end],
  [get(length), i32(-4), and, set(last)],
  [block, nothing, loop, nothing, get(at), get(last), geU, brIf(1)],
  [wordAt(reading), storeTwice(get(at)), get(at), i32(4), add, set(at), br(0), end, end],
  readTail(reading, length, tail, []),
  // Behind the text a bit that ends it, and at the end of the block the length in bits.
  [i32(0x80), get(length), i32(3), shl, shl, get(tail), or, storeTwice(get(at))],
  [get(length), i32(3), shl, storeTwice(i32(BLOCK - 8))],
  [a, b, c, d].map((local, i) => [i32(start[i]!), set(local)]),
  rounds.map(roundCode),
  [a, b, c, d].map((local, i) => [i32(0), get(local), i32(start[i]!), add, store(DIGEST + 4 * i)]),
  [get(seen), end],
]

/**
 * The WebAssembly in `src/hash/md5-wasm.ts`: MD5 of ASCII of up to 55 characters into its memory, where the constants
 * must have been put before. It returns all characters together: above 127 the text was not ASCII. A test compares the two;
 * after a change here run `node packages/hashing/wasm/md5-text.ts` and put what it prints there.
 */
export const md5Text: Uint8Array = assembleText({ integers: 0, locals: d, body, hasMemory: true })

if (import.meta.main) console.log(base64(md5Text))
