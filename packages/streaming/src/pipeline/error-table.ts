/** What can go wrong in a running pipeline. */
export const pipelineErrorTable = {
  POSITION_FILE: (data: { readonly path: string; readonly reason: string }): string =>
    `the position file ${data.path} cannot be used: ${data.reason}; repair it, or move it away to start over`,
}
