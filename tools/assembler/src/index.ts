export type { Code } from './code.ts'
export * from './instructions.ts'
export {
  assemble,
  base64,
  type FunctionType,
  type ImportedFunction,
  type ModuleFunction,
  type ModuleParts,
} from './module.ts'
