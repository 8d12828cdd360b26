/** What can go wrong between the workers of a pipeline. */
export const fleetErrorTable = {
  BAD_PATH: (data: { readonly option: string; readonly value: string; readonly expected: string }): string =>
    `${data.option} is ${JSON.stringify(data.value)}; give ${data.expected}`,
  BAD_NODE_DATA: (data: { readonly path: string; readonly reason: string }): string =>
    `the node ${data.path} cannot be read: ${data.reason}; another version of the worker may have written it`,
  DUPLICATE_NODE_ID: (data: { readonly nodeId: string; readonly host: string; readonly pid: number }): string =>
    `a worker with the id ${JSON.stringify(data.nodeId)} is running already (process ${data.pid} on ${data.host}); give each worker its own worker.id`,
  RING_MISMATCH: (data: {
    readonly path: string
    readonly ours: string
    readonly theirs: string
    readonly differences: readonly string[]
  }): string =>
    `this worker's settings (checksum ${data.ours}) are not those of the pipeline (checksum ${data.theirs} in ${data.path}): ${data.differences.join('; ')}; make them the same on all workers, or stop them all and remove that node (ringkeeper-ingest reset-config)`,
  WORKERS_RUNNING: (data: { readonly pipeline: string; readonly workers: readonly string[] }): string =>
    `workers of the pipeline ${data.pipeline} are running: ${data.workers.join(', ')}; stop them first (a killed one counts until its session ends)`,
  LEASE_LOST: (data: { readonly shard: string; readonly token: string; readonly reason: string }): string =>
    `the lease of shard ${data.shard} with token ${data.token} has ended: ${data.reason}; whoever takes the shard next, maybe this worker, goes on at the committed position`,
  LEAVE_UNFINISHED: (data: { readonly shards: readonly string[] }): string =>
    `the worker left while writes were under way for ${data.shards.join(', ')}; their owner nodes stay until the session expires, so that nobody else writes meanwhile`,
}
