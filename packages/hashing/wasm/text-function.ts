/**
 * Functions over text.
 *
 * The engine's string builtins look up once what a string is made of, and then read a character with a few
 * instructions, where `charCodeAt` in JavaScript looks it up for every character.
 */
import {
  add,
  and,
  assemble,
  call,
  end,
  eq,
  externref,
  get,
  i32,
  i32Type,
  iff,
  nothing,
  or,
  set,
  shl,
  tee,
  type Code,
} from '@ringkeeper-tools/assembler'

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
export function assembleText({ integers, locals, body, hasOtherwise, hasMemory }: TextFunction): Uint8Array {
  const builtins = 'wasm:js-string'
  return assemble({
    types: [
      { takes: [externref, i32Type], gives: [i32Type] },
      { takes: [externref], gives: [i32Type] },
      { takes: [externref, ...Array.from({ length: integers }, () => i32Type)], gives: [i32Type] },
    ],
    imports: [
      { module: builtins, name: 'charCodeAt', type: 0 },
      { module: builtins, name: 'length', type: 1 },
      ...(hasOtherwise === true ? [{ module: 'js', name: 'otherwise', type: 2 }] : []),
    ],
    functions: [{ name: 'hash', type: 2, locals, body }],
    pages: hasMemory === true ? 1 : undefined,
  })
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
