import { startCluster } from '@ringkeeper-tools/cluster'
import { readFileSync } from 'node:fs'
import { describe, expect, inject, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { bytes, code, text } from './support/values.ts'

describe.skipIf(!inject('zookeeper'))('TLS', () => {
  it('connects to a server that it trusts, and refuses one that it does not', async () => {
    await using cluster = await startCluster({ zookeeper: { tls: true, tickTime: 100 }, kafka: false })
    const { tls, connect: plain } = cluster.zookeeper
    if (!tls) throw new Error('the cluster has no TLS')
    const options = { connect: tls.connect, serverTick: 100 }
    await using session = await zookeeper({ ...options, tls: { ca: readFileSync(tls.ca) } }).connect({ timeout: 5000 })
    const large = new Uint8Array(300_000).fill(7)
    await Promise.all([session.create('/small', bytes('s')), session.create('/large', large)])
    expect(text((await session.get('/small')).data)).toBe('s')
    expect(Buffer.compare((await session.get('/large')).data, large)).toBe(0)

    expect(await code(zookeeper({ ...options, tls: {} }).connect({ timeout: 5000 }))).toBe('RK_ZOOKEEPER_TLS_REFUSED')
    const onPlainPort = zookeeper({ ...options, connect: plain, tls: { ca: readFileSync(tls.ca) } })
    expect(await code(onPlainPort.connect({ timeout: 1000 }))).toBe('RK_CORE_CONNECT_TIMEOUT')
  }, 60_000)
})
