import { afterEach, describe, expect, inject, it } from 'vitest'
import { deferred, ensureNode, type Coordinator } from '@ringkeeper/core'
import { faultProxy, type FaultProxy } from '@ringkeeper/testing'
import { zookeeper } from '@ringkeeper/zookeeper'
import { election } from '../src/index.ts'

const server = inject('zookeeper')
const sessionTimeout = 2000

describe.skipIf(!server)('an election on a real ZooKeeper', () => {
  const { connect, tickTime } = server ?? { connect: '', tickTime: 0 }
  const opened: AsyncDisposable[] = []
  const path = (): string => `/locks-test-${crypto.randomUUID()}/leader`

  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]()
  })

  async function open(through?: FaultProxy, timeout = sessionTimeout): Promise<Coordinator> {
    const backend = zookeeper({ connect: through?.address ?? connect, serverTick: tickTime })
    const session = await backend.connect({ sessionTimeout: timeout })
    opened.push(session)
    return session
  }

  async function proxy(): Promise<FaultProxy> {
    const [host, port] = connect.split(',')[0]?.split(':') ?? []
    const made = await faultProxy({ target: { host, port: Number(port) } })
    opened.push(made)
    return made
  }

  it('passes from one to the next in order, with tokens that grow', async () => {
    const where = path()
    const sessions = [await open(), await open(), await open()]
    const first = await election(sessions[0] as Coordinator, where, { id: '0' }).campaign()
    const order: string[] = []
    const tokens = [first.token]
    const others: Promise<void>[] = []
    for (const id of [1, 2]) {
      const participant = election(sessions[id] as Coordinator, where, { id: String(id) })
      const campaign = participant.campaign().then(async (term) => {
        order.push(term.id)
        tokens.push(term.token)
        await term.resign()
      })
      others.push(campaign)
      await untilQueued(sessions[0] as Coordinator, where, id + 1)
    }
    await first.resign()
    await Promise.all(others)
    expect(order).toEqual(['1', '2'])
    expect(tokens).toEqual([...tokens].sort((a, b) => (a < b ? -1 : 1)))
  })

  it('ends the term of a leader that lost touch before the next one leads', async () => {
    const where = path()
    const link = await proxy()
    const first = await election(await open(link), where, { id: 'a' }).campaign()
    const second = election(await open(), where, { id: 'b' }).campaign()
    let lostAt = Infinity
    first.signal.addEventListener('abort', () => (lostAt = performance.now()))
    link.freeze()
    const next = await second
    expect(lostAt).toBeLessThan(performance.now())
    expect(next.token).toBeGreaterThan(first.token)
    link.heal()
  }, 20_000)

  it('leaves no orphan when the reply to the create is lost', async () => {
    const where = path()
    const link = await proxy()
    const observer = await open()
    // Not a container: the server's own look for empty ones may come at any moment.
    await ensureNode(observer, where)
    // Long enough that a busy machine is not taken for a silent server before the create is on its way.
    const session = await open(link, 10_000)
    link.pauseReplies()
    const campaign = election(session, where, { id: 'a' }).campaign()
    campaign.catch(() => {})
    await untilQueued(observer, where, 1)
    link.dropConnections()
    link.heal()
    await using term = await campaign
    term.assertHeld()
    expect((await observer.children(where)).children).toHaveLength(1)
  }, 20_000)
})

/** Waits until the queue has that many nodes. */
async function untilQueued(coordinator: Coordinator, path: string, count: number): Promise<void> {
  for (;;) {
    const changed = deferred()
    const { children } = await coordinator.children(path, { watch: () => changed.resolve() })
    if (children.length >= count) return
    await changed.promise
  }
}
