import { afterEach, describe, expect, inject, it } from 'vitest'
import type { Coordinator, Schema } from '@ringkeeper/core'
import { faultProxy } from '@ringkeeper/testing'
import { zookeeper } from '@ringkeeper/zookeeper'
import { membership, watchedConfig } from '../src/index.ts'

const server = inject('zookeeper')

const anyNumber: Schema<number> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: value as number }) },
}

describe.skipIf(!server)('the recipes on a real ZooKeeper', () => {
  const { connect, tickTime } = server ?? { connect: '', tickTime: 0 }
  const opened: AsyncDisposable[] = []
  const root = `/recipes-test-${crypto.randomUUID()}`

  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]()
  })

  async function open(address = connect): Promise<Coordinator> {
    const session = await zookeeper({ connect: address, serverTick: tickTime }).connect({ sessionTimeout: 2000 })
    opened.push(session)
    return session
  }

  it('a member that restarts after a crash waits for its former node, and the views show both', async () => {
    const [host, port] = connect.split(',')[0]?.split(':') ?? []
    const link = await faultProxy({ target: { host, port: Number(port) } })
    opened.push(link)
    const [former, session, watcher] = [await open(link.address), await open(), await open()]
    const group = (coordinator: Coordinator): ReturnType<typeof membership<string>> =>
      membership<string>(coordinator, `${root}/group`, { serverTick: tickTime })
    const first = await group(former).join({ id: 'a', info: 'old' })
    const views = group(watcher).views()
    const next = async (): Promise<string[]> => (await views.next()).value?.map(({ info }) => info) ?? []
    expect(await next()).toEqual(['old'])
    link.freeze()
    const second = await group(session).join({ id: 'a', info: 'new' })
    expect(second.incarnation).toBeGreaterThan(first.incarnation)
    let seen = await next()
    while (seen[0] !== 'new') seen = await next()
    await views.return()
    link.heal()
  }, 20_000)

  it('updates of many are all applied, and followed', async () => {
    const sessions = [await open(), await open(), await open()]
    const configs = sessions.map((session) =>
      watchedConfig(session, `${root}/count`, { schema: anyNumber, default: 0 }),
    )
    const following = (async () => {
      for await (const { value } of configs[0]?.views() ?? []) if (value === 15) return value
    })()
    await Promise.all(
      configs.map(async (config) => {
        for (let step = 0; step < 5; step += 1) await config.update((count) => count + 1)
      }),
    )
    expect(await following).toBe(15)
  })
})
