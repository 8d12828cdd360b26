/** Numbers of requests, as the protocol has them. */
export const Api = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  metadata: 3,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  saslHandshake: 17,
  apiVersions: 18,
  saslAuthenticate: 36,
} as const
