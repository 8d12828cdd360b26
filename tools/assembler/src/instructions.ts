import { signed, unsigned, type Code } from './code.ts'

// By their names in the specification. Operators that have no type in their names work on 32-bit integers.
export const block = 0x02
export const loop = 0x03
export const iff = 0x04
export const end = 0x0b
export const br = (depth: number): Code => [0x0c, depth]
export const brIf = (depth: number): Code => [0x0d, depth]
export const ret = 0x0f
export const call = (index: number): Code => [0x10, index]
export const get = (local: number): Code => [0x20, local]
export const set = (local: number): Code => [0x21, local]
export const tee = (local: number): Code => [0x22, local]
export const i32 = (value: number): Code => [0x41, signed(value | 0)]
export const load = (offset: number): Code => [0x28, 2, unsigned(offset)]
export const store = (offset: number): Code => [0x36, 2, unsigned(offset)]
export const store64 = (offset: number): Code => [0x37, 3, unsigned(offset)]
export const i64Zero: Code = [0x42, 0]
export const eqz = 0x45
export const eq = 0x46
export const ltU = 0x49
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
/** 16 bytes at once. */
export const loadVector = (offset: number): Code => [0xfd, 0x00, 4, unsigned(offset)]
export const storeVector = (offset: number): Code => [0xfd, 0x0b, 4, unsigned(offset)]
export const xorVector: Code = [0xfd, 0x51]

// Types
export const nothing = 0x40
export const i32Type = 0x7f
export const externref = 0x6f
