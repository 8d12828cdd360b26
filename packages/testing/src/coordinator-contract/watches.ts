import type { NodeWatch, WatchEvent } from '@ringkeeper/core'
import { bytes, oneShot, type ContractCases } from './cases.ts'

/** One-shot, persistent and recursive watches. */
export function watchCases(cases: ContractCases): void {
  oneShotCases(cases)
  cases.describe('persistent watches', () => {
    cases.it('tell every change of the node and of its list of children', async (context) => {
      const { coordinator, root, expect } = context
      const path = `${root}/a`
      await using watch = await coordinator.watch(path)
      await coordinator.create(path)
      await coordinator.set(path, bytes('1'))
      await coordinator.create(`${path}/b`)
      await coordinator.set(`${path}/b`, bytes('1'))
      await coordinator.delete(`${path}/b`)
      await coordinator.delete(path)
      await coordinator.create(path)
      expect(await take(watch, 6)).toEqual([
        { type: 'created', path },
        { type: 'changed', path },
        { type: 'children', path },
        { type: 'children', path },
        { type: 'deleted', path },
        { type: 'created', path },
      ])
    })

    cases.it('that are recursive tell of every node below, but no lists of children', async (context) => {
      const { coordinator, root, connect, expect } = context
      await using watch = await coordinator.watch(root, { recursive: true })
      const other = (await connect()).coordinator
      await other.create(`${root}/a`)
      await other.create(`${root}/a/b`)
      await other.set(`${root}/a/b`, bytes('1'))
      await other.set(root, bytes('1'))
      await other.delete(`${root}/a/b`)
      expect(await take(watch, 5)).toEqual([
        { type: 'created', path: `${root}/a` },
        { type: 'created', path: `${root}/a/b` },
        { type: 'changed', path: `${root}/a/b` },
        { type: 'changed', path: root },
        { type: 'deleted', path: `${root}/a/b` },
      ])
    })

    cases.it('end when the loop is left, and others on the path go on', async ({ coordinator, root, expect }) => {
      const first = await coordinator.watch(root)
      await using second = await coordinator.watch(root)
      await coordinator.set(root, bytes('1'))
      for await (const event of first) {
        expect(event.type).toBe('changed')
        break
      }
      await coordinator.set(root, bytes('2'))
      expect(await take(second, 2)).toEqual([
        { type: 'changed', path: root },
        { type: 'changed', path: root },
      ])
      expect(await first[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined })
    })

    cases.it('that end leave alone another one that is just being set', async ({ coordinator, root, expect }) => {
      const first = await coordinator.watch(root)
      const setting = coordinator.watch(root)
      await first[Symbol.asyncDispose]()
      await using second = await setting
      await coordinator.set(root, bytes('1'))
      expect(await take(second, 1)).toEqual([{ type: 'changed', path: root }])
    })

    cases.it('whose caller gives up leave others on the path alone', async ({ coordinator, root, expect }) => {
      const controller = new AbortController()
      const abandoned = coordinator.watch(root, { signal: controller.signal }).catch(() => 'abandoned')
      const setting = coordinator.watch(root)
      controller.abort()
      expect(await abandoned).toBe('abandoned')
      await using second = await setting
      await coordinator.set(root, bytes('1'))
      expect(await take(second, 1)).toEqual([{ type: 'changed', path: root }])
    })

    cases.it('end with the session', async ({ root, connect, expect }) => {
      const { coordinator } = await connect()
      const watch = await coordinator.watch(root)
      const seen: WatchEvent[] = []
      const reading = (async () => {
        for await (const event of watch) seen.push(event)
      })()
      await coordinator.close()
      await reading
      expect(seen).toEqual([{ type: 'ended', path: root }])
    })
  })
}

function oneShotCases(cases: ContractCases): void {
  cases.describe('one-shot watches', () => {
    cases.it('fire once for a change of data', async ({ coordinator, root, expect }) => {
      const seen: WatchEvent[] = []
      await coordinator.get(root, { watch: (event) => seen.push(event) })
      await coordinator.create(`${root}/child`)
      await coordinator.set(root, bytes('1'))
      await coordinator.set(root, bytes('2'))
      await coordinator.sync(root)
      expect(seen).toEqual([{ type: 'changed', path: root }])
    })

    cases.it('on the list of children fire for a create and a delete', async ({ coordinator, root, expect }) => {
      const seen: WatchEvent[] = []
      await coordinator.children(root, { watch: (event) => seen.push(event) })
      await coordinator.set(root, bytes('1'))
      await coordinator.create(`${root}/a`)
      await coordinator.children(root, { watch: (event) => seen.push(event) })
      await coordinator.delete(`${root}/a`)
      await coordinator.sync(root)
      expect(seen).toEqual([
        { type: 'children', path: root },
        { type: 'children', path: root },
      ])
    })

    cases.it('of exists fire when a missing node is created', async ({ coordinator, root, connect, expect }) => {
      const { watch, event } = oneShot()
      expect(await coordinator.exists(`${root}/a`, { watch })).toBe(undefined)
      await (await connect()).coordinator.create(`${root}/a`)
      expect(await event).toEqual({ type: 'created', path: `${root}/a` })
    })

    cases.it('of exists fire when a present node changes or goes', async ({ coordinator, root, expect }) => {
      const path = `${root}/a`
      await coordinator.create(path)
      const changed = oneShot()
      await coordinator.exists(path, changed)
      await coordinator.set(path, bytes('1'))
      expect(await changed.event).toEqual({ type: 'changed', path })
      const deleted = oneShot()
      await coordinator.exists(path, deleted)
      await coordinator.delete(path)
      expect(await deleted.event).toEqual({ type: 'deleted', path })
    })

    cases.it('of get and children on one node both hear of its end', async ({ coordinator, root, expect }) => {
      const path = `${root}/a`
      await coordinator.create(path)
      const [data, children] = [oneShot(), oneShot()]
      await coordinator.get(path, data)
      await coordinator.children(path, children)
      await coordinator.delete(path)
      const deleted = { type: 'deleted', path }
      expect(await Promise.all([data.event, children.event])).toEqual([deleted, deleted])
    })

    cases.it('are not set by a read that fails', async ({ coordinator, root, expect }) => {
      const seen: WatchEvent[] = []
      await coordinator.get(`${root}/a`, { watch: (event) => seen.push(event) }).catch(() => {})
      await coordinator.create(`${root}/a`)
      await coordinator.sync(root)
      expect(seen).toEqual([])
    })

    cases.it('of several readers each fire', async ({ coordinator, root, expect }) => {
      const watches = [oneShot(), oneShot(), oneShot()]
      for (const watch of watches) await coordinator.get(root, watch)
      await coordinator.set(root, bytes('1'))
      const events = await Promise.all(watches.map(({ event }) => event))
      expect(events.map(({ type }) => type)).toEqual(['changed', 'changed', 'changed'])
    })

    cases.it('end with the session', async ({ root, connect, expect }) => {
      const { coordinator } = await connect()
      const { watch, event } = oneShot()
      await coordinator.get(root, { watch })
      await coordinator.close()
      expect(await event).toEqual({ type: 'ended', path: root })
    })
  })

  cases.describe('order of replies and events', () => {
    cases.it('an event comes before the reply to the write that caused it', async (context) => {
      const { coordinator, root, expect } = context
      const order: string[] = []
      await coordinator.get(root, { watch: ({ type }) => order.push(type) })
      await coordinator.set(root, bytes('1')).then(() => order.push('reply'))
      expect(order).toEqual(['changed', 'reply'])
    })

    cases.it('an event comes before a reply that shows the change', async (context) => {
      const { coordinator, root, connect, expect } = context
      const other = (await connect()).coordinator
      const order: string[] = []
      await coordinator.get(root, { watch: ({ type }) => order.push(type) })
      await other.set(root, bytes('1'))
      for (let version = 0; version === 0;) {
        version = (await coordinator.get(root)).stat.version
        order.push(`read version ${version}`)
      }
      expect(order.slice(-2)).toEqual(['changed', 'read version 1'])
    })
  })
}

/** The next `count` events. */
async function take(watch: NodeWatch, count: number): Promise<WatchEvent[]> {
  const events: WatchEvent[] = []
  const iterator = watch[Symbol.asyncIterator]()
  while (events.length < count) {
    const result = await iterator.next()
    if (result.done) break
    events.push(result.value)
  }
  return events
}
