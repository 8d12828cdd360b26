export { memory, MemoryTree, type MemoryConnectOptions, type MemoryOptions } from './memory/memory-tree.ts'
export type { MemorySession } from './memory/session.ts'
export type { SessionFaults } from './memory/faults.ts'
