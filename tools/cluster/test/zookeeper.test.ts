import { connect } from 'node:tls'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fourLetterWord, startCluster, type Cluster } from '../src/index.ts'
import { describeReal, untilModes } from './support.ts'

const portOf = (address: string): number => Number(address.split(':')[1])

describeReal('one ZooKeeper server', () => {
  it('answers on its address when the start returns, with the tick it was given', async () => {
    await using cluster = await startCluster({ zookeeper: { tickTime: 150 }, kafka: false })
    expect(cluster.zookeeper.tickTime).toBe(150)
    const answer = await fourLetterWord(portOf(cluster.zookeeper.connect), 'conf', AbortSignal.timeout(2_000))
    expect(answer).toContain('tickTime=150')
    expect((await cluster.status()).servers).toMatchObject([{ name: 'zookeeper-1', mode: 'standalone' }])
  })

  it('keeps its data over kill and start, and runs its own client', async () => {
    await using cluster = await startCluster({ zookeeper: {}, kafka: false })
    await cluster.zookeeperTool(['create', '/kept', 'here'])
    const server = cluster.server('zookeeper-1')
    await server.kill()
    expect((await cluster.status()).servers).toMatchObject([{ state: 'stopped' }])
    await server.start()
    expect(await cluster.zookeeperTool(['get', '/kept'])).toContain('here')
    await expect(cluster.zookeeperTool(['get', '/absent'])).rejects.toMatchObject({ code: 'RK_CLUSTER_TOOL_FAILED' })
  })

  it('serves TLS with a certificate that its CA file vouches for', async () => {
    await using cluster = await startCluster({ zookeeper: { tls: true }, kafka: false })
    const { tls } = cluster.zookeeper
    if (!tls) throw new Error('no tls')
    const [host, port] = tls.connect.split(':')
    const pfx = { pfx: readFileSync(tls.clientKeyStore), passphrase: tls.passphrase }
    for (const client of [{}, pfx]) {
      const socket = connect({ host, port: Number(port), ca: readFileSync(tls.ca), ...client })
      await once(socket, 'secureConnect')
      expect(socket.authorized).toBe(true)
      socket.destroy()
    }
  })
})

describeReal('three ZooKeeper servers', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ zookeeper: { servers: 3 }, kafka: false })
  }, 120_000)
  afterAll(() => cluster[Symbol.asyncDispose](), 30_000)

  const roles = async () => {
    const { servers } = await cluster.status()
    const leader = servers.find(({ mode }) => mode === 'leader')?.name
    const followers = servers.flatMap(({ name, mode }) => (mode === 'follower' ? [name] : []))
    if (leader === undefined || followers.length !== 2) throw new Error(JSON.stringify(servers))
    return { leader, followers: followers as [string, string] }
  }

  it.each([false, true])('elects another leader when the first is cut off (silently: %s)', async (silent) => {
    const { leader, followers } = await roles()
    for (const follower of followers) await cluster.cut(leader, follower, { silent })
    await untilModes(cluster, (modes) => followers.some((follower) => modes[follower] === 'leader'))
    await untilModes(cluster, (modes) => modes[leader] === undefined)
    expect((await cluster.status()).cuts).toHaveLength(2)
    for (const follower of followers) await cluster.heal(leader, follower)
    await untilModes(cluster, (modes) => modes[leader] === 'follower')
    expect((await cluster.status()).cuts).toEqual([])
  })

  it('keeps its leader while one server is frozen, and takes it back when it thaws', async () => {
    const { leader, followers } = await roles()
    const server = cluster.server(followers[0])
    await server.freeze()
    expect((await cluster.status()).servers.find(({ name }) => name === server.name)).toMatchObject({ state: 'frozen' })
    expect((await cluster.status()).servers.find(({ name }) => name === leader)).toMatchObject({ mode: 'leader' })
    await server.thaw()
    await cluster.ready()
    await roles()
  })

  it('serves with two of three, and not with one', async () => {
    const { leader, followers } = await roles()
    await cluster.server(leader).kill()
    await untilModes(cluster, (modes) => followers.some((follower) => modes[follower] === 'leader'))
    await cluster.server(followers[0]).stop()
    await untilModes(cluster, (modes) => modes[followers[1]] === undefined)
    await cluster.server(leader).start({ wait: false })
    await cluster.server(followers[0]).start()
    await cluster.ready()
    await roles()
  })

  it('refuses unknown names and what makes no sense in a state', async () => {
    const { leader } = await roles()
    expect(() => cluster.server('zookeeper-4')).toThrow(expect.objectContaining({ code: 'RK_CLUSTER_NO_SUCH_SERVER' }))
    await expect(cluster.cut(leader, leader)).rejects.toMatchObject({ code: 'RK_CLUSTER_NO_SUCH_LINK' })
    await expect(cluster.server(leader).start()).rejects.toMatchObject({
      code: 'RK_CLUSTER_WRONG_STATE',
      data: { server: leader, state: 'running' },
    })
    expect(() => cluster.kafka).toThrow(expect.objectContaining({ code: 'RK_CLUSTER_NO_SUCH_SERVICE' }))
  })
})
