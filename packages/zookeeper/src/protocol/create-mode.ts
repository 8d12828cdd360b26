import type { CreateMode } from '@ringkeeper/core'
import { opcode } from './opcode.ts'

/** The flag number of a mode (`CreateMode` in the server) and the request that carries it. */
export interface CreateKind {
  readonly flags: number
  readonly opcode: number
}

/** How each mode is asked for. */
export const createKinds: Readonly<Record<CreateMode, CreateKind>> = {
  persistent: { flags: 0, opcode: opcode.create2 },
  ephemeral: { flags: 1, opcode: opcode.create2 },
  'persistent-sequential': { flags: 2, opcode: opcode.create2 },
  'ephemeral-sequential': { flags: 3, opcode: opcode.create2 },
  container: { flags: 4, opcode: opcode.createContainer },
  ttl: { flags: 5, opcode: opcode.createTtl },
  'ttl-sequential': { flags: 6, opcode: opcode.createTtl },
}

/** Whether the server appends a counter to the name. */
export function isSequential(mode: CreateMode): boolean {
  return mode.endsWith('-sequential')
}
