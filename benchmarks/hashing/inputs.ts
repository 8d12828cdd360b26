import type { Side } from '../harness/index.ts'

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

/**
 * A side that goes through a list some times over. It brings its own loop: one that both sides shared would call either
 * of them through a pointer, and cost the faster one more of its time.
 */
export function passes<T>(times: number, list: readonly T[], over: (list: readonly T[]) => unknown): Side {
  return {
    items: times * list.length,
    run: () => {
      let last: unknown
      for (let pass = 0; pass < times; pass++) last = over(list)
      return last
    },
  }
}

/** A side that does the same thing some times over. */
export function repeat(times: number, work: () => unknown, itemsEach = 1): Side {
  return {
    items: times * itemsEach,
    run: () => {
      let last: unknown
      for (let i = 0; i < times; i++) last = work()
      return last
    },
  }
}
