import { createRequire } from 'node:module'
import { silentLogger } from '@ringkeeper/core'
import { expect, test } from 'vitest'
import { isAlive, sendOver } from '../src/kafkajs/connection.ts'
import { makeBroker, openCluster } from '../src/kafkajs/inside.ts'
import { metadataRequest } from '../src/protocol/metadata.ts'
import { Api } from './support/api.ts'
import { FakeBroker } from './support/fake-broker.ts'

/** What src/kafkajs uses of kafkajs's inside; a new version has to be looked at before the pin moves. */
test('kafkajs is the version whose inside is known, and nothing else satisfies the pin', () => {
  const require = createRequire(import.meta.url)
  const { version } = require('kafkajs/package.json') as { version: string }
  const { dependencies } = require('../package.json') as { dependencies: Record<string, string> }
  expect(version).toBe('2.2.4')
  expect(dependencies['kafkajs']).toBe('2.2.4')
})

test('the consumer hands its cluster to the assigner factory in its constructor', () => {
  const { cluster } = openCluster({ brokers: ['127.0.0.1:1'] }, silentLogger)
  expect(cluster.connectionPoolBuilder.build).toBeTypeOf('function')
  expect(cluster.brokerPool.createBroker).toBeTypeOf('function')
  expect(cluster.rootLogger).toBeDefined()
})

test('a broker has two connections, and on each everything that is used', async () => {
  const { cluster } = openCluster({ brokers: ['127.0.0.1:1'], clientId: 'me' }, silentLogger)
  const broker = await makeBroker(cluster, { nodeId: 1, host: '127.0.0.1', port: 2, rack: undefined })
  for (const name of ['connect', 'findGroupCoordinator', 'listOffsets', 'offsetFetch'] as const) {
    expect(broker[name], name).toBeTypeOf('function')
  }
  expect(broker.connectionPool).toMatchObject({ host: '127.0.0.1', port: 2 })
  expect(broker.connectionPool.pool).toHaveLength(2)
  for (const connection of broker.connectionPool.pool) {
    for (const name of [
      'isConnected',
      'connect',
      'disconnect',
      'isAuthenticated',
      'authenticate',
      'nextCorrelationId',
      'rejectRequests',
      'processData',
    ] as const) {
      expect(connection[name], name).toBeTypeOf('function')
    }
    for (const name of ['push', 'fulfillRequest', 'maybeThrottle', 'scheduleCheckPendingRequests'] as const) {
      expect(connection.requestQueue[name], name).toBeTypeOf('function')
    }
    expect(connection.requestQueue.pending).toEqual([])
    expect(connection).toMatchObject({ clientId: 'me', authHandlers: null, requestTimeout: 30_000 })
    expect(connection).toMatchObject({ chunks: [], bytesBuffered: 0, bytesNeeded: 4 })
    expect(connection.nextCorrelationId()).toBe(0)
    expect(connection.isConnected()).toBe(false)
  }
})

test('without an address the configured brokers are taken in turn', async () => {
  const { cluster } = openCluster({ brokers: ['127.0.0.1:1', '127.0.0.1:2'] }, silentLogger)
  const ports = [await makeBroker(cluster), await makeBroker(cluster), await makeBroker(cluster)].map(
    ({ connectionPool }) => connectionPool.port,
  )
  expect(ports).toEqual([1, 2, 1])
})

test('a request over a socket that is gone is rejected: nobody would ever answer it', async () => {
  await using fake = await FakeBroker.start()
  const { cluster } = openCluster({ brokers: [fake.bootstrap] }, silentLogger)
  const { connectionPool } = await makeBroker(cluster)
  const connection = connectionPool.pool[0]!
  await connection.connect()
  connection.socket!.destroy()
  await expect(sendOver(connection, metadataRequest(['orders']))).rejects.toThrow('lost')
})

test('a connection that its broker has ended is not taken for one that can be used, as kafkajs does for a moment', async () => {
  await using fake = await FakeBroker.start()
  fake.on(Api.metadata, () => 'hang up')
  const { cluster } = openCluster({ brokers: [fake.bootstrap] }, silentLogger)
  const { connectionPool } = await makeBroker(cluster)
  const connection = connectionPool.pool[0]!
  await connection.connect()
  const atTheEnd = new Promise((resolve) =>
    connection.socket!.once('end', () => resolve([connection.isConnected(), isAlive(connection)])),
  )
  await expect(sendOver(connection, metadataRequest(['orders']))).rejects.toThrow('Closed connection')
  expect(await atTheEnd).toEqual([true, false])
})
