/** What can go wrong in the built-in sinks. */
export const sinkErrorTable = {
  FILE_UNUSABLE: (data: { readonly target: string; readonly path: string; readonly reason: string }): string =>
    `the file sink of target ${data.target} cannot open ${data.path}: ${data.reason}; change the path option of that sink, or what stands in the way`,
  FILE_SLOW: (data: { readonly path: string; readonly elapsed: number }): string =>
    `${data.path} took ${data.elapsed} ms for a part of a write; the rest follows in another one`,
  VALUE_NOT_A_LINE: (data: { readonly offset: number }): string =>
    `the value at offset ${data.offset} is not one line of UTF-8 text; choose format: envelope for this sink`,
  HTTP_REFUSED: (data: { readonly url: string; readonly status: number; readonly answer: string }): string =>
    `${data.url} answered ${data.status}${data.answer === '' ? '' : ` (${data.answer})`}; statuses that pass by themselves belong in retryStatuses`,
  HTTP_TIMEOUT: (data: { readonly url: string; readonly timeout: number }): string =>
    `${data.url} did not answer within ${data.timeout} ms; raise the sink's timeout`,
  HTTP_SLOW: (data: { readonly url: string; readonly elapsed: number }): string =>
    `${data.url} took ${data.elapsed} ms for a part of a write; the rest follows in another one`,
  STALE_TOKEN: (data: { readonly shard: string; readonly token: string; readonly newest: string }): string =>
    `a write for ${data.shard} with token ${data.token} came after one with ${data.newest}: its worker has lost the shard`,
}
