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

/** A side that works on every item of a list, some times over. */
export function passes<T>(times: number, list: readonly T[], work: (item: T) => unknown): Side {
  return {
    items: times * list.length,
    run: () => {
      let last: unknown
      for (let i = 0; i < times; i++) last = pass(list, work)
      return last
    },
  }
}

// A function of its own, which is called again and again: V8 compiles nested loops while they run, and then it is chance
// what is inlined where.
function pass<T>(list: readonly T[], work: (item: T) => unknown): unknown {
  let last: unknown
  // Not for...of: calling the iterator takes as long as a good look-up in a table.
  for (let i = 0; i < list.length; i++) last = work(list[i]!)
  return last
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
