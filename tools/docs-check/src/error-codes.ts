import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { RingkeeperError } from '@ringkeeper/core'

/** A code, the folder that declares it, and its message with `{name}` where a value stands. */
export interface ErrorCode {
  readonly code: string
  readonly folder: string
  readonly message: string
}

interface Factory {
  (data: unknown): RingkeeperError
  readonly code?: unknown
}

/** Every code that a package's or app's `errors.ts` declares, sorted. */
export async function declaredErrors(root: string): Promise<ErrorCode[]> {
  const found = new Map<string, ErrorCode>()
  for (const file of globSync('{packages,apps}/*/src/**/errors.ts', { cwd: root })) {
    const module = (await import(join(root, file))) as Record<string, unknown>
    for (const table of Object.values(module)) {
      if (typeof table !== 'object' || table === null) continue
      for (const factory of Object.values(table as Record<string, Factory | undefined>)) {
        if (typeof factory?.code !== 'string') continue
        const folder = file.split('/').slice(0, 2).join('/')
        found.set(factory.code, { code: factory.code, folder, message: messageOf(factory) })
      }
    }
  }
  return [...found.values()].toSorted((a, b) => (a.code < b.code ? -1 : 1))
}

/** What a message takes as its data: each value in it is a {@link placeholder}. */
const data: unknown = new Proxy({}, { get: (_target, property) => placeholder(String(property), {}) })

/** Stands for any value: its text is the name under which the message asked for it. */
function placeholder(name: string, target: object): unknown {
  return new Proxy(target, {
    get: (_target, property) => {
      if (property === Symbol.toPrimitive || property === 'toString') return () => `{${name}}`
      if (property === 'toJSON') return () => `{${name}}`
      if (property === Symbol.iterator) return [][Symbol.iterator].bind([placeholder(name, {})])
      // Whatever else it has may be a method.
      return placeholder(name, () => {})
    },
    apply: () => placeholder(name, {}),
  })
}

/** A value of its own kind is described by its type, and that of a placeholder is its name. */
function messageOf(factory: Factory): string {
  return factory(data).message.replaceAll('a value of type {', '{')
}
