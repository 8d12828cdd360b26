import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { clusterFolder } from '../src/folders.ts'
import { attachCluster, startCluster, stopCluster, type ClusterStatus } from '../src/index.ts'
import { liveState } from '../src/state.ts'
import { describeReal, exists } from './support.ts'

const source = new URL('../src/index.ts', import.meta.url).href
const zookeeperOnly = { zookeeper: {}, kafka: false } as const

/** Another process that starts a cluster, says what it has, and then waits for ever. */
async function ownerProcess(name: string) {
  const code = `
    import { startCluster } from ${JSON.stringify(source)}
    const cluster = await startCluster({ name: ${JSON.stringify(name)}, zookeeper: {}, kafka: false })
    console.log(JSON.stringify(await cluster.status()))
    setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--conditions=@ringkeeper/source', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(owner.stdout as Readable), 'line')) as [string]
  return { owner, status: JSON.parse(line) as ClusterStatus }
}

const pidOf = (status: ClusterStatus): number => status.servers[0]?.pid as number

async function untilGone(pid: number): Promise<void> {
  while (exists(pid)) await new Promise((resolve) => setTimeout(resolve, 10))
}

describeReal('the life of a cluster', () => {
  it('leaves neither a process nor a folder when it is disposed', async () => {
    const cluster = await startCluster(zookeeperOnly)
    const status = await cluster.status()
    const supervisor = liveState(cluster.name)?.supervisor.pid as number
    expect(exists(pidOf(status))).toBe(true)
    await cluster[Symbol.asyncDispose]()
    expect(exists(pidOf(status))).toBe(false)
    expect(exists(supervisor)).toBe(false)
    expect(existsSync(status.folder)).toBe(false)
    await cluster[Symbol.asyncDispose]()
  })

  it('runs two beside each other, and refuses the same name twice', async () => {
    await using one = await startCluster(zookeeperOnly)
    await using other = await startCluster(zookeeperOnly)
    expect(one.zookeeper.connect).not.toBe(other.zookeeper.connect)
    await expect(startCluster({ ...zookeeperOnly, name: one.name })).rejects.toMatchObject({
      code: 'RK_CLUSTER_ALREADY_RUNNING',
    })
    await one.zookeeperTool(['ls', '/'])
  })

  it('ends with the process that started it, even when that is killed', async () => {
    const { owner, status } = await ownerProcess('test-owner-killed')
    owner.kill('SIGKILL')
    await untilGone(pidOf(status))
    while (existsSync(status.folder)) await new Promise((resolve) => setTimeout(resolve, 10))
  })

  it('can be used and ended by another process than its owner', async () => {
    const { owner, status } = await ownerProcess('test-attach')
    {
      await using attached = await attachCluster(status.name)
      expect(attached.zookeeper.connect).toBe(status.zookeeper)
    }
    expect(exists(pidOf(status))).toBe(true)
    await stopCluster(status.name)
    expect(exists(pidOf(status))).toBe(false)
    await expect(attachCluster(status.name)).rejects.toMatchObject({ code: 'RK_CLUSTER_NOT_RUNNING' })
    await expect(stopCluster(status.name)).rejects.toMatchObject({ code: 'RK_CLUSTER_NOT_RUNNING' })
    owner.kill()
  })

  it('ends servers whose supervisor was killed, at the next start', async () => {
    const name = 'test-supervisor-killed'
    const cluster = await startCluster({ ...zookeeperOnly, name })
    const orphan = pidOf(await cluster.status())
    process.kill(liveState(name)?.supervisor.pid as number, 'SIGKILL')
    await cluster[Symbol.asyncDispose]()
    expect(exists(orphan)).toBe(true)
    await using next = await startCluster({ ...zookeeperOnly, name })
    expect(exists(orphan)).toBe(false)
    expect(next.name).toBe(name)
  })

  it('ends what it has started when the start is aborted', async () => {
    const abort = new AbortController()
    const name = 'test-aborted'
    const starting = startCluster({ name, zookeeper: { servers: 3 }, kafka: false, signal: abort.signal })
    while (Object.keys(liveState(name)?.servers ?? {}).length === 0) await new Promise(setImmediate)
    const pids = Object.values(liveState(name)?.servers ?? {}).map(({ pid }) => pid)
    abort.abort(new Error('enough'))
    await expect(starting).rejects.toThrow('enough')
    expect(pids.filter(exists)).toEqual([])
    expect(existsSync(clusterFolder(name))).toBe(false)
  })

  it('ends when its signal aborts after the start', async () => {
    const abort = new AbortController()
    const cluster = await startCluster({ ...zookeeperOnly, signal: abort.signal })
    const status = await cluster.status()
    abort.abort()
    await untilGone(pidOf(status))
    await cluster[Symbol.asyncDispose]()
    expect(existsSync(status.folder)).toBe(false)
  })

  it('says which port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    await expect(startCluster({ zookeeper: { port }, kafka: false, name: 'test-port' })).rejects.toMatchObject({
      code: 'RK_CLUSTER_PORT_TAKEN',
      data: { port },
    })
    taken.close()
    expect(liveState('test-port')).toBeUndefined()
    expect(existsSync(clusterFolder('test-port'))).toBe(true)
    await stopCluster('test-port')
    expect(existsSync(clusterFolder('test-port'))).toBe(false)
  })
})
