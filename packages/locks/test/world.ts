import { memory, type MemorySession, type MemoryTree } from '@ringkeeper/coordination'
import type { Coordinator } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { election, type Election } from '../src/index.ts'

/** A tree on a fake clock. Replies take no time; heartbeats and expiry need {@link FakeClock.advance}. */
export interface World {
  readonly clock: FakeClock
  readonly tree: MemoryTree
  readonly connect: (sessionTimeout?: number) => Promise<MemorySession>
  readonly elect: (coordinator: Coordinator, id: string) => Election
}

export const path = '/app/leader'

export function world(seed = 1): World {
  const clock = new FakeClock({ seed })
  const tree = memory({ ports: clock.ports, tickTime: 100 })
  return {
    clock,
    tree,
    connect: (sessionTimeout = 2000) => tree.connect({ sessionTimeout }),
    elect: (coordinator, id) => election(coordinator, path, { id, ports: clock.ports }),
  }
}

/** Whether a promise has settled, after all continuations have run. */
export async function isSettled(clock: FakeClock, promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = (): void => void (settled = true)
  promise.then(settle, settle)
  await clock.advance(0)
  return settled
}

/** The queue's nodes by participant id, in order. */
export async function queueOf(coordinator: Coordinator): Promise<string[]> {
  const { children } = await coordinator.children(path)
  const nodes = await Promise.all(
    children.map(async (name) => {
      const { data } = await coordinator.get(`${path}/${name}`)
      return { id: new TextDecoder().decode(data), sequence: name.slice(-10) }
    }),
  )
  return nodes.sort((a, b) => (a.sequence < b.sequence ? -1 : 1)).map(({ id }) => id)
}
