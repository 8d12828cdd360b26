/**
 * Just enough of an assembler for the WebAssembly of this package.
 *
 * The engine's string builtins look up once what a string is made of, and then read a character with a few
 * instructions, where `charCodeAt` in JavaScript looks it up for every character.
 */

/** Bytes of a module, in pieces. */
export type Code = readonly (number | Code)[]

// Instructions, by their names in the specification.
export const block = 0x02
export const loop = 0x03
export const iff = 0x04
export const end = 0x0b
export const br = (depth: number): Code => [0x0c, depth]
export const brIf = (depth: number): Code => [0x0d, depth]
export const ret = 0x0f
const call = (index: number): Code => [0x10, index]
export const get = (local: number): Code => [0x20, local]
export const set = (local: number): Code => [0x21, local]
export const tee = (local: number): Code => [0x22, local]
export const i32 = (value: number): Code => [0x41, signed(value | 0)]
export const store = (offset: number): Code => [0x36, 2, unsigned(offset)]
export const store64 = (offset: number): Code => [0x37, 3, unsigned(offset)]
export const load = (offset: number): Code => [0x28, 2, unsigned(offset)]
export const i64Zero: Code = [0x42, 0]
export const eqz = 0x45
const eq = 0x46
export const gtU = 0x4b
export const geU = 0x4f
export const add = 0x6a
export const sub = 0x6b
export const mul = 0x6c
export const and = 0x71
export const or = 0x72
export const xor = 0x73
export const shl = 0x74
export const shrU = 0x76
export const rotl = 0x77
export const nothing = 0x40
const i32Type = 0x7f
const externref = 0x6f

/** A function over a text and some integers that gives an integer. */
export interface TextFunction {
  /** How many integers it takes after the text. */
  readonly integers: number
  /** How many locals it has besides, all integers. */
  readonly locals: number
  readonly body: Code
  /** Whether it calls `js.otherwise`, a function of the same type. */
  readonly hasOtherwise?: boolean
  /** Whether it has memory, which is exported. */
  readonly hasMemory?: boolean
}

// What a module imports.
export const charCodeAt: Code = call(0)
export const lengthOf: Code = call(1)
export const otherwise: Code = call(2)

/** A module that exports a function as `hash`. */
export function assemble({ integers, locals, body, hasOtherwise, hasMemory }: TextFunction): Uint8Array {
  const code: Code = [list([[unsigned(locals), i32Type]]), body]
  const builtins = name('wasm:js-string')
  const integerTypes = Array.from({ length: integers }, () => [i32Type])
  const imports = [
    [builtins, name('charCodeAt'), 0, 0],
    [builtins, name('length'), 0, 1],
    ...(hasOtherwise === true ? [[name('js'), name('otherwise'), 0, 2]] : []),
  ]
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(
        1,
        list([
          functionType([[externref], [i32Type]]),
          functionType([[externref]]),
          functionType([[externref], ...integerTypes]),
        ]),
      ),
      section(2, list(imports)),
      section(3, list([[2]])),
      hasMemory === true ? section(5, list([[0, 1]])) : [],
      section(7, list([[name('hash'), 0, imports.length], ...(hasMemory === true ? [[name('memory'), 2, 0]] : [])])),
      section(10, list([[unsigned(flat(code).length), code]])),
    ]),
  )
}

/** The locals that reading a text needs. */
export interface Reading {
  readonly text: number
  readonly at: number
  /** All characters together, by which one sees afterwards whether they were ASCII. */
  readonly seen: number
  readonly char: number
}

/** The character `offset` behind `at`, shifted to its place in a word. */
function charBehind({ text, at, seen, char }: Reading, offset: number): Code {
  const index = offset === 0 ? get(at) : [get(at), i32(offset), add]
  const read = [get(text), index, charCodeAt, tee(char), get(seen), or, set(seen), get(char)]
  return offset === 0 ? read : [read, i32(offset * 8), shl]
}

/** The four characters from `at` on as a word. */
export function wordAt(reading: Reading): Code {
  return [0, 1, 2, 3].map((offset) => [charBehind(reading, offset), offset === 0 ? [] : or])
}

/** Puts the `length & 3` characters from `at` on into `tail`, and goes on with `then` if there are any. */
export function readTail(reading: Reading, length: number, tail: number, then: Code): Code {
  return [
    [get(length), i32(3), and, iff, nothing],
    [get(length), i32(3), and, i32(3), eq, iff, nothing, charBehind(reading, 2), set(tail), end],
    [get(length), i32(2), and, iff, nothing, charBehind(reading, 1), get(tail), or, set(tail), end],
    [charBehind(reading, 0), get(tail), or, set(tail), then, end],
  ]
}

function functionType(parameters: readonly Code[]): Code {
  return [0x60, list(parameters), list([[i32Type]])]
}

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

/** As it is kept in the source. */
export function base64(module: Uint8Array): string {
  return Buffer.from(module).toString('base64')
}
