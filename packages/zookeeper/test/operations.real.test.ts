import { isRingkeeperError, type Coordinator, type NodeWatch, type WatchEvent } from '@ringkeeper/core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { bytes, code, text } from './support/values.ts'

const server = inject('zookeeper')

/** Operations against a real server: what each request and reply really looks like there. */
describe.skipIf(!server)('operations on a real server', () => {
  const { connect, tickTime } = server ?? { connect: '', tickTime: 0 }
  const chroot = `/operations-${crypto.randomUUID()}`
  let zk: Coordinator
  let root: Coordinator

  beforeAll(async () => {
    const options = { serverTick: tickTime, sessionTimeout: 20 * tickTime }
    root = await zookeeper({ ...options, connect }).connect({ timeout: 5000 })
    zk = await zookeeper({ ...options, connect: `${connect}${chroot}` }).connect({ timeout: 5000 })
    await zk.create('/')
  })

  afterAll(async () => {
    await zk.close()
    await root.close()
  })

  it('creates below the chroot, which is invisible to the caller', async () => {
    const created = await zk.create('/a', bytes('1'))
    expect(created.path).toBe('/a')
    expect(text((await root.get(`${chroot}/a`)).data)).toBe('1')
    expect(created.stat).toEqual((await zk.get('/a')).stat)
  })

  it('creates in every mode and says whose node it is', async () => {
    const owner = async (path: string): Promise<bigint | undefined> => (await zk.exists(path))?.ephemeralOwner
    await zk.create('/modes')
    const ephemeral = await zk.create('/modes/e', undefined, { mode: 'ephemeral' })
    const first = await zk.create('/modes/', undefined, { mode: 'ephemeral-sequential' })
    const second = await zk.create('/modes/p-', undefined, { mode: 'persistent-sequential' })
    const container = await zk.create('/modes/c', undefined, { mode: 'container' })
    const ttl = await zk.create('/modes/t', undefined, { mode: 'ttl', ttl: 60_000 })
    const last = await zk.create('/modes/t-', undefined, { mode: 'ttl-sequential', ttl: 60_000 })
    expect([first.path, second.path, last.path]).toEqual([
      '/modes/0000000001',
      '/modes/p-0000000002',
      '/modes/t-0000000005',
    ])
    expect([ephemeral, first].map(({ stat }) => stat.ephemeralOwner)).toEqual([zk.sessionId, zk.sessionId])
    expect([second, container, ttl, last].map(({ stat }) => stat.ephemeralOwner)).toEqual([0n, 0n, 0n, 0n])
    expect(await owner('/modes/c')).toBe(0n)
    expect([...(await zk.ephemerals('/modes'))].sort()).toEqual(['/modes/0000000001', '/modes/e'])
    expect([...(await zk.ephemerals('/'))].sort()).toEqual(['/modes/0000000001', '/modes/e'])
  })

  it('gives every refusal its own code', async () => {
    await zk.create('/errors')
    await zk.create('/errors/e', undefined, { mode: 'ephemeral' })
    expect(await code(zk.get('/nothing'))).toBe('RK_CORE_NO_NODE')
    expect(await code(zk.create('/errors'))).toBe('RK_CORE_NODE_EXISTS')
    expect(await code(zk.set('/errors', bytes(''), { version: 3 }))).toBe('RK_CORE_BAD_VERSION')
    expect(await code(zk.delete('/errors'))).toBe('RK_CORE_NOT_EMPTY')
    expect(await code(zk.create('/errors/e/x'))).toBe('RK_CORE_NO_CHILDREN_FOR_EPHEMERALS')
    expect(await code(zk.create('/errors/acl', undefined, { acl: [] }))).toBe('RK_CORE_INVALID_ACL')
    expect(await code(zk.get('no-slash'))).toBe('RK_CORE_INVALID_PATH')
    expect(await code(zk.create('/errors/t', undefined, { mode: 'ttl' }))).toBe('RK_ZOOKEEPER_BAD_OPTION')
    expect(await zk.exists('/nothing')).toBeUndefined()
  })

  it('applies all of a multi or nothing, and names the step that failed', async () => {
    await zk.create('/multi', bytes('0'))
    const { zxid, results } = await zk.multi([
      { type: 'check', path: '/multi', version: 0 },
      { type: 'create', path: '/multi/a-', mode: 'ephemeral-sequential', data: bytes('x') },
      { type: 'create', path: '/multi/c', mode: 'container' },
      { type: 'create', path: '/multi/t', mode: 'ttl', ttl: 60_000 },
      { type: 'set', path: '/multi', data: bytes('1') },
      { type: 'delete', path: '/multi/c' },
    ])
    expect(results.map(({ path }) => path)).toEqual([
      '/multi',
      '/multi/a-0000000000',
      '/multi/c',
      '/multi/t',
      '/multi',
      '/multi/c',
    ])
    expect((await zk.exists('/multi/a-0000000000'))?.czxid).toBe(zxid)
    expect(results[4]?.stat?.mzxid).toBe(zxid)

    const failed = zk.multi([
      { type: 'create', path: '/multi/b' },
      { type: 'delete', path: '/multi/nothing' },
      { type: 'check', path: '/multi', version: 77 },
    ])
    const error = await failed.catch((thrown: unknown) => thrown)
    expect(isRingkeeperError(error, 'RK_CORE_NO_NODE') && error.data).toEqual({ path: '/multi/nothing', index: 1 })
    expect(await zk.exists('/multi/b')).toBeUndefined()
    expect((await zk.multi([])).results).toEqual([])
  })

  it('answers requests of one turn in their order', async () => {
    const order: string[] = []
    const mark = (name: string) => (): void => void order.push(name)
    await Promise.all([
      zk.create('/order').then(mark('create')),
      zk.children('/order').then(mark('children')),
      zk.set('/order', bytes('1')).then(mark('set')),
      zk.sync('/order').then(mark('sync')),
      zk.get('/order').then(mark('get')),
      zk.delete('/order').then(mark('delete')),
    ])
    expect(order).toEqual(['create', 'children', 'set', 'sync', 'get', 'delete'])
  })

  it('carries data of every size up to the limit, and refuses more before it is sent', async () => {
    const largest = crypto.getRandomValues(new Uint8Array(65_536))
    const big = new Uint8Array(1_048_000)
    for (let at = 0; at < big.length; at += largest.length) big.set(largest.subarray(0, big.length - at), at)
    await zk.create('/big', big)
    await zk.create('/small', bytes('z'))
    const [one, other] = await Promise.all([zk.get('/big'), zk.get('/small')])
    expect(Buffer.compare(one.data, big)).toBe(0)
    expect(text(other.data)).toBe('z')
    expect(await code(zk.set('/big', new Uint8Array(1_048_576)))).toBe('RK_CORE_TOO_LARGE')
    expect(text((await zk.get('/small')).data)).toBe('z')
  })

  it('fails only the call whose reply is too large', async () => {
    await using narrow = await zookeeper({
      connect: `${connect}${chroot}`,
      serverTick: tickTime,
      maxReplyBytes: 300,
    }).connect()
    await narrow.create('/reply', new Uint8Array(400))
    const replies = [code(narrow.get('/reply')), narrow.exists('/reply').then((stat) => stat?.dataLength)]
    expect(await Promise.all(replies)).toEqual(['RK_CORE_TOO_LARGE', 400])
    expect(narrow.state).toBe('connected')
  })

  it('shows a node only to the identities on its access list', async () => {
    const everything = ['read', 'write', 'create', 'delete', 'admin'] as const
    await using owner = await zookeeper({
      connect: `${connect}${chroot}`,
      serverTick: tickTime,
      auth: [{ scheme: 'digest', credentials: 'user:password' }],
    }).connect()
    await owner.create('/secret', bytes('s'), { acl: [{ scheme: 'auth', id: '', permissions: everything }] })
    expect(await code(zk.get('/secret'))).toBe('RK_CORE_NO_AUTH')
    await zk.addAuth('digest', 'user:password')
    expect(text((await zk.get('/secret')).data)).toBe('s')
  })

  it('rejects an identity that the server refuses and goes on without it', async () => {
    await using session = await zookeeper({ connect: `${connect}${chroot}`, serverTick: tickTime }).connect()
    expect(await code(session.addAuth('no-such-scheme', 'x'))).toBe('RK_CORE_AUTH_FAILED')
    for await (const state of session.states()) if (state === 'connected') break
    expect(await session.exists('/')).toBeDefined()
    const refused = zookeeper({
      connect: `${connect}${chroot}`,
      serverTick: tickTime,
      auth: [{ scheme: 'no-such-scheme', credentials: 'x' }],
    })
    expect(await code(refused.connect())).toBe('RK_CORE_AUTH_FAILED')
  })

  it('calls one-shot watches once, with the caller’s path', async () => {
    const events: WatchEvent[] = []
    const watch = (event: WatchEvent): void => void events.push(event)
    await zk.exists('/watched', { watch })
    await zk.create('/watched')
    await zk.get('/watched', { watch })
    await zk.set('/watched', bytes('1'))
    await zk.set('/watched', bytes('2'))
    await zk.children('/watched', { watch })
    await zk.create('/watched/child')
    await zk.delete('/watched/child')
    await zk.exists('/watched', { watch })
    await zk.delete('/watched')
    expect(await code(zk.get('/watched', { watch }))).toBe('RK_CORE_NO_NODE')
    await zk.create('/watched')
    expect(events).toEqual([
      { type: 'created', path: '/watched' },
      { type: 'changed', path: '/watched' },
      { type: 'children', path: '/watched' },
      { type: 'deleted', path: '/watched' },
    ])
  })

  it('keeps all events of persistent and recursive watches until they are closed', async () => {
    await zk.create('/tree')
    await zk.create('/tree/other')
    const node = await zk.watch('/tree')
    const subtree = await zk.watch('/tree', { recursive: true })
    await zk.set('/tree', bytes('1'))
    await zk.create('/tree/a')
    await zk.create('/tree/a/b')
    await zk.delete('/tree/a/b')
    expect(await take(node, 2)).toEqual(['changed /tree', 'children /tree'])
    expect(await take(subtree, 4)).toEqual([
      'changed /tree',
      'created /tree/a',
      'created /tree/a/b',
      'deleted /tree/a/b',
    ])
  })

  it('removes a watch on the server when its last reader leaves', async () => {
    await zk.create('/left')
    const one = await zk.watch('/left')
    const other = await zk.watch('/left')
    await one[Symbol.asyncDispose]()
    await zk.set('/left', bytes('1'))
    expect(await take(other, 1)).toEqual(['changed /left'])
    const events: WatchEvent[] = []
    await zk.exists('/left', { watch: (event) => void events.push(event) })
    await zk.set('/left', bytes('2'))
    expect(events).toHaveLength(1)
  })
})

/** The first events of a watch; leaves it after that. */
async function take(watch: NodeWatch, count: number): Promise<string[]> {
  const events: string[] = []
  for await (const { type, path } of watch) {
    events.push(`${type} ${path}`)
    if (events.length === count) break
  }
  return events
}
