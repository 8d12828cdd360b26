export type * from './fleet/shard-lease.ts'
