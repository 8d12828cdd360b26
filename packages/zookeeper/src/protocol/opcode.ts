/** The type numbers of requests (`ZooDefs.OpCode` in the server). */
export const opcode = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  removeWatches: 18,
  createContainer: 19,
  createTtl: 21,
  auth: 100,
  setWatches: 101,
  getEphemerals: 103,
  setWatches2: 105,
  addWatch: 106,
  closeSession: -11,
  /** In a multi's reply: an operation that was not applied. */
  error: -1,
} as const

/** Request numbers with a meaning of their own; ordinary ones count from 1. */
export const specialXid = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const
