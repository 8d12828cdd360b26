/** What can go wrong in a running pipeline. */
export const pipelineErrorTable = {
  POSITION_FILE: (data: { readonly path: string; readonly reason: string }): string =>
    `the position file ${data.path} cannot be used: ${data.reason}; repair it, or move it away to start over`,
  COMPONENT_TIMEOUT: (data: { readonly component: string; readonly timeout: number }): string =>
    `${data.component} was not ready within ${data.timeout} ms; look at its options, or raise worker.startTimeout`,
  PIPELINE_ENDED: (data: { readonly pipeline: string }): string =>
    `the pipeline ${data.pipeline} has ended, so its targets cannot change any more; start it with other route.targets`,
}
