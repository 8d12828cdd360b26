/** What can go wrong in a running pipeline. */
export const pipelineErrorTable = {
  POSITION_FILE: (data: { readonly path: string; readonly reason: string }): string =>
    `the position file ${data.path} cannot be used: ${data.reason}; repair it, or move it away to start over`,
  POSITION_FILE_IN_USE: (data: { readonly path: string; readonly pid: number }): string =>
    `a pipeline of process ${data.pid} keeps its positions in ${data.path}: stop it, give this worker another file by ` +
    `coordination.positions, or use coordination: zookeeper to share the work; if that process runs none, delete ${data.path}.lock`,
  COMPONENT_TIMEOUT: (data: { readonly component: string; readonly timeout: number }): string =>
    `${data.component} was not ready within ${data.timeout} ms; look at its options, or raise worker.startTimeout`,
  PIPELINE_ENDED: (data: { readonly pipeline: string }): string =>
    `the pipeline ${data.pipeline} has ended, so its targets cannot change any more; start it with other route.targets`,
}
