/**
 * Assembles the WebAssembly in `src/hash/murmur3-wasm.ts`: murmur3 of text that is ASCII. A test compares the two; after
 * a change here run `node packages/hashing/wasm/murmur3-text.ts` and put what it prints there.
 *
 * The engine's string builtins look up once what a string is made of, and then read a character with a few
 * instructions, where `charCodeAt` in JavaScript looks it up for every character.
 */

type Code = readonly (number | Code)[]

// Instructions, by their names in the specification.
const block = 0x02
const loop = 0x03
const iff = 0x04
const end = 0x0b
const br = (depth: number): Code => [0x0c, depth]
const brIf = (depth: number): Code => [0x0d, depth]
const ret = 0x0f
const call = (index: number): Code => [0x10, index]
const get = (local: number): Code => [0x20, local]
const set = (local: number): Code => [0x21, local]
const tee = (local: number): Code => [0x22, local]
const i32 = (value: number): Code => [0x41, signed(value | 0)]
const eqz = 0x45
const eq = 0x46
const gtU = 0x4b
const geU = 0x4f
const add = 0x6a
const mul = 0x6c
const and = 0x71
const or = 0x72
const xor = 0x73
const shl = 0x74
const shrU = 0x76
const rotl = 0x77
const nothing = 0x40
const i32Type = 0x7f
const externref = 0x6f

// The imported functions
const charCodeAt = call(0)
const lengthOf = call(1)
const otherwise = call(2)

// The locals: two parameters, then the others
const [text, seed, length, at, hash, seen, last, char, tail] = [0, 1, 2, 3, 4, 5, 6, 7, 8]

const scramble: Code = [i32(0xcc9e2d51), mul, i32(15), rotl, i32(0x1b873593), mul]

const finish: Code = [
  [get(hash), get(length), xor, tee(hash)],
  [get(hash), i32(16), shrU, xor, i32(0x85ebca6b), mul, tee(hash)],
  [get(hash), i32(13), shrU, xor, i32(0xc2b2ae35), mul, tee(hash)],
  [get(hash), i32(16), shrU, xor],
]

/** The character `offset` behind `at`, shifted to its place in a word. */
function charBehind(offset: number): Code {
  const index = offset === 0 ? get(at) : [get(at), i32(offset), add]
  const read = [get(text), index, charCodeAt, tee(char), get(seen), or, set(seen), get(char)]
  return offset === 0 ? read : [read, i32(offset * 8), shl]
}

const body: Code = [
  [get(seed), set(hash)],
  [get(text), lengthOf, tee(length), eqz, iff, nothing, finish, ret, end],
  // The first character is read on the way to all others, so that the string is looked at once.
  [get(text), i32(0), charCodeAt, set(seen)],
  [get(length), i32(-4), and, set(last)],
  [block, nothing, loop, nothing, get(at), get(last), geU, brIf(1)],
  [get(hash), charBehind(0), charBehind(1), or, charBehind(2), or, charBehind(3), or, scramble, xor],
  [i32(13), rotl, i32(5), mul, i32(0xe6546b64), add, set(hash)],
  [get(at), i32(4), add, set(at), br(0), end, end],
  [get(length), i32(3), and, iff, nothing],
  [get(length), i32(3), and, i32(3), eq, iff, nothing, charBehind(2), set(tail), end],
  [get(length), i32(2), and, iff, nothing, charBehind(1), get(tail), or, set(tail), end],
  [charBehind(0), get(tail), or, scramble, get(hash), xor, set(hash), end],
  [get(seen), i32(0x7f), gtU, iff, nothing, get(text), get(seed), otherwise, ret, end],
  [finish, end],
]

const code: Code = [list([[unsigned(tail - seed), i32Type]]), body]
const builtins = name('wasm:js-string')
const hashType: Code = [0x60, list([[externref], [i32Type]]), list([[i32Type]])]
const lengthType: Code = [0x60, list([[externref]]), list([[i32Type]])]

/** The module: imports the builtins and `js.otherwise`, which hashes text that is not ASCII; exports `hash`. */
export const murmur3Text: Uint8Array = Uint8Array.from(
  flat([
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, list([hashType, lengthType])),
    section(
      2,
      list([
        [builtins, name('charCodeAt'), 0, 0],
        [builtins, name('length'), 0, 1],
        [name('js'), name('otherwise'), 0, 0],
      ]),
    ),
    section(3, list([[0]])),
    section(7, list([[name('hash'), 0, 3]])),
    section(10, list([[unsigned(flat(code).length), code]])),
  ]),
)

function section(id: number, content: Code): Code {
  return [id, unsigned(flat(content).length), content]
}

function list(items: readonly Code[]): Code {
  return [unsigned(items.length), ...items]
}

function name(ascii: string): Code {
  return list(Array.from(ascii, (char) => [char.charCodeAt(0)]))
}

/** LEB128 */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, unsigned(value >>> 7)]
}

function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, signed(value >> 7)]
}

function flat(parts: Code): number[] {
  return parts.flatMap((part) => (typeof part === 'number' ? [part] : flat(part)))
}

if (import.meta.main) console.log(Buffer.from(murmur3Text).toString('base64'))
