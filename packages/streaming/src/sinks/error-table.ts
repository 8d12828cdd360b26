/** What can go wrong in the built-in sinks. */
export const sinkErrorTable = {
  VALUE_HAS_NEWLINE: (data: { readonly offset: number }): string =>
    `the value at offset ${data.offset} has a line break in it and would be two lines; choose format: envelope for this sink`,
  HTTP_REFUSED: (data: { readonly url: string; readonly status: number; readonly answer: string }): string =>
    `${data.url} answered ${data.status}${data.answer === '' ? '' : ` (${data.answer})`}; statuses that pass by themselves belong in retryStatuses`,
  HTTP_TIMEOUT: (data: { readonly url: string; readonly timeout: number }): string =>
    `${data.url} did not answer within ${data.timeout} ms; raise the sink's timeout`,
  STALE_TOKEN: (data: { readonly shard: string; readonly token: string; readonly newest: string }): string =>
    `a write for ${data.shard} with token ${data.token} came after one with ${data.newest}: its worker has lost the shard`,
}
