/** `count` distinct keys of 26 characters, flat in memory like keys that were just read from a socket. */
export function makeKeys(count: number, length = 26): string[] {
  return Array.from({ length: count }, (_, i) => {
    const text = `${(Math.imul(i, 0x9e3779b1) >>> 0).toString(36)}:${i.toString(36)}:user`
    return Buffer.from(text.padEnd(length, 'abcdefghijklmnopqrstuvwxyz').slice(0, length)).toString('latin1')
  })
}

/** `count` node names as clusters have them; another set for every `set`. */
export function makeNodes(count: number, set = 0): string[] {
  return Array.from({ length: count }, (_, i) => `cache-${set}-${i}.example.internal:11211`)
}

/** Calls `work` for each of the first `count` keys over and over until `items` calls are made. */
export function overKeys(keys: readonly string[], items: number, work: (key: string) => unknown): () => unknown {
  return () => {
    let last: unknown
    for (let i = 0, at = 0; i < items; i++) {
      last = work(keys[at]!)
      if (++at === keys.length) at = 0
    }
    return last
  }
}
