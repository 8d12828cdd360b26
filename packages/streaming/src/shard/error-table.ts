/** What can go wrong between a shard's reader and its targets. */
export const shardErrorTable = {
  MALFORMED_RECORD: (data: {
    readonly topic: string
    readonly partition: number
    readonly offset: number
    readonly reason: string
  }): string =>
    `the codec cannot read the value at offset ${data.offset} of ${data.topic}/${data.partition}: ${data.reason} ` +
    '(deadLetters sets such records aside; without it they end the worker)',
  BAD_ROUTE_KEY: (data: {
    readonly topic: string
    readonly partition: number
    readonly offset: number
    readonly path: string
    readonly found: string
  }): string =>
    `${data.path} of the record at offset ${data.offset} of ${data.topic}/${data.partition} is ${data.found}; ` +
    'route.key must lead to text or a whole number',
  NO_DEAD_LETTERS: (data: { readonly target: string; readonly topic: string; readonly offset: number }): string =>
    `target ${data.target} gave up the record at offset ${data.offset} of ${data.topic}, but there is no sink for it; ` +
    'configure deadLetters',
  TOKEN_NOT_NEWER: (data: {
    readonly shard: string
    readonly token: string
    readonly committed: string
    readonly node: string
  }): string =>
    `the position of ${data.shard} was committed by ${data.node} under token ${data.committed}, which this worker's ` +
    `${data.token} does not exceed: the coordinator's tree was wiped; reset the group's offsets to go on`,
  SHARD_FENCED: (data: { readonly shard: string; readonly token: string }): string =>
    `this worker lost ${data.shard} (token ${data.token})`,
  SHARD_DRAINED: (data: { readonly shard: string }): string => `${data.shard} is being handed over`,
  POSITION_WENT_BACK: (data: { readonly shard: string; readonly position: number; readonly next: number }): string =>
    `the source of ${data.shard} gave a batch that ends at ${data.next}, before ${data.position}`,
  COMMIT_TIMEOUT: (data: { readonly timeout: number }): string =>
    `positions could not be committed within ${data.timeout} ms`,
  WRITE_TIMEOUT: (data: { readonly target: string; readonly timeout: number }): string =>
    `target ${data.target} did not take a write within ${data.timeout} ms; raise worker.writeTimeout if it is just slow`,
  WRITE_CUT: (data: { readonly target: string }): string =>
    `a write to target ${data.target} was cut off, because a shard in it moves or a key in it goes elsewhere`,
  SINK_REPORT: (data: { readonly target: string }): string =>
    `the sink of target ${data.target} reported failures for records that it was not given`,
  NO_TARGETS: (data: { readonly targets: readonly string[] }): string =>
    `none of the targets ${data.targets.join(', ') || '(none)'} has a weight above 0; give one a weight`,
}
