import { flat, list, name, unsigned, type Code } from './code.ts'
import { i32Type } from './instructions.ts'

/** The types of what a function takes, and of what it gives. */
export interface FunctionType {
  readonly takes: readonly number[]
  readonly gives: readonly number[]
}

/** A function from outside. */
export interface ImportedFunction {
  readonly module: string
  readonly name: string
  /** The number of its type. */
  readonly type: number
}

/** A function of the module, exported by its name. */
export interface ModuleFunction {
  readonly name: string
  /** The number of its type. */
  readonly type: number
  /** How many locals it has besides what it takes, all 32-bit integers. */
  readonly locals: number
  /** Ends with `end`. */
  readonly body: Code
}

/** What a module is made of. */
export interface ModuleParts {
  readonly types: readonly FunctionType[]
  readonly imports?: readonly ImportedFunction[]
  readonly functions: readonly ModuleFunction[]
  /** Pages of 64 KiB, exported as `memory`; absent for a module without memory. */
  readonly pages?: number | undefined
}

/** Assembles a module; its imports have the first function numbers. */
export function assemble({ types, imports = [], functions, pages }: ModuleParts): Uint8Array {
  const exported = functions.map((each, index) => [name(each.name), 0, unsigned(imports.length + index)])
  const memory = pages === undefined ? [] : [[name('memory'), 2, 0]]
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, list(types.map(({ takes, gives }) => [0x60, list(takes.map(one)), list(gives.map(one))]))),
      imports.length === 0
        ? []
        : section(2, list(imports.map((each) => [name(each.module), name(each.name), 0, unsigned(each.type)]))),
      section(3, list(functions.map(({ type }) => unsigned(type)))),
      pages === undefined ? [] : section(5, list([[0, unsigned(pages)]])),
      section(7, list([...exported, ...memory])),
      section(10, list(functions.map(codeOf))),
    ]),
  )
}

/** As it is kept in a source. */
export function base64(module: Uint8Array): string {
  return Buffer.from(module).toString('base64')
}

const one = (type: number): Code => [type]

function codeOf({ locals, body }: ModuleFunction): Code {
  const code: Code = [locals === 0 ? list([]) : list([[unsigned(locals), i32Type]]), body]
  return [unsigned(flat(code).length), code]
}

function section(id: number, content: Code): Code {
  return [id, unsigned(flat(content).length), content]
}
