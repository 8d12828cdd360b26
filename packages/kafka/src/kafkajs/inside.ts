import { createConnection, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Kafka, logLevel, type ISocketFactoryArgs, type KafkaConfig, type PartitionAssigner } from 'kafkajs'
import type { Logger } from '@ringkeeper/core'
import { carrierOf } from './connection.ts'
import { connectFramed } from './framed-socket.ts'
import { FramePool } from './frame-pool.ts'

/*
 * Everything that touches kafkajs's inside, for the version that package.json pins. It gives us connections, TLS, SASL
 * and the small requests of a group; it has no public door to them. `test/kafkajs-inside.test.ts` fails when any name
 * used here is gone.
 */

/** One socket to a broker; it connects at first use and again after an error. */
export interface InnerConnection {
  readonly isConnected: () => boolean
  readonly connect: () => Promise<unknown>
  readonly disconnect: () => Promise<unknown>
  readonly isAuthenticated: () => boolean
  readonly authenticate: () => Promise<void>
  readonly nextCorrelationId: () => number
  readonly rejectRequests: (error: Error) => void
  readonly clientId: string
  /** Milliseconds in which an answer must come. */
  readonly requestTimeout: number
  readonly socket?: Socket
  /** Set during a login, which reads its answers itself. */
  readonly authHandlers: unknown
  processData: (data: Buffer) => void
  /** What came of an answer so far, how many bytes that are, and how many it takes to go on. */
  chunks: readonly Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  readonly requestQueue: {
    readonly push: (request: {
      readonly entry: {
        readonly apiKey: number
        readonly apiName: string
        readonly apiVersion: number
        readonly correlationId: number
        readonly resolve: (answer: { readonly payload: Buffer }) => void
        readonly reject: (error: Error) => void
      }
      readonly expectResponse: boolean
      readonly requestTimeout: number | null
      readonly sendRequest: () => void
    }) => void
    readonly fulfillRequest: (answer: {
      readonly correlationId: number
      readonly size: number
      readonly payload: Buffer
    }) => void
    readonly maybeThrottle: (milliseconds: number) => void
    readonly pending: readonly unknown[]
    scheduleCheckPendingRequests: () => void
  }
}

/** A broker: two connections, of which the first is the one that kafkajs's own requests take. */
export interface InnerBroker {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly connectionPool: { readonly host: string; readonly port: number; readonly pool: readonly InnerConnection[] }
  readonly findGroupCoordinator: (request: { readonly groupId: string; readonly coordinatorType: number }) => Promise<{
    readonly coordinator: { readonly nodeId: number; readonly host: string; readonly port: number }
  }>
  readonly listOffsets: (request: {
    readonly replicaId: number
    readonly isolationLevel: number
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[]
    }[]
  }) => Promise<{
    readonly responses: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
    }[]
  }>
  readonly offsetFetch: (request: {
    readonly groupId: string
    readonly topics: readonly {
      readonly topic: string
      readonly partitions: readonly { readonly partition: number }[]
    }[]
  }) => Promise<{
    readonly responses: readonly {
      readonly topic: string
      readonly partitions: readonly {
        readonly partition: number
        readonly offset: string
        readonly metadata: string | null
      }[]
    }[]
  }>
}

/** What makes brokers; kafkajs's own list of them is not used, so that one broken topic cannot hide the others. */
export interface InnerCluster {
  readonly connectionPoolBuilder: {
    readonly build: (address?: {
      readonly host: string
      readonly port: number
      readonly rack: string | undefined
    }) => Promise<InnerBroker['connectionPool']>
  }
  readonly brokerPool: {
    readonly createBroker: (options: {
      readonly connectionPool: InnerBroker['connectionPool']
      readonly logger: unknown
      readonly nodeId?: number
    }) => InnerBroker
  }
  readonly rootLogger: unknown
}

/** What kafkajs is told of the connections. */
export type InnerConfig = Pick<
  KafkaConfig,
  'brokers' | 'clientId' | 'ssl' | 'sasl' | 'connectionTimeout' | 'authenticationTimeout' | 'requestTimeout'
>

/** A cluster object, and the way to end every socket that it ever opened: kafkajs forgets some. */
export interface OpenCluster {
  readonly cluster: InnerCluster
  /** Where the memory of answers comes from. */
  readonly frames: FramePool
  readonly destroySockets: () => void
}

/**
 * Makes kafkajs's cluster object: the consumer's constructor hands it to the assigner factory. No group is joined and
 * nothing is connected.
 */
export function openCluster(config: InnerConfig, logger: Logger): OpenCluster {
  const sockets = new Set<Socket>()
  const frames = new FramePool()
  const kafka = new Kafka({
    ...config,
    socketFactory: (options) => openSocket(options, sockets, frames),
    // Retrying is ours: kafkajs's own delays would add up with them.
    retry: { retries: 0, initialRetryTime: 20 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) =>
      logger.debug(`kafkajs: ${entry.log.message}`, { broker: entry.log['broker'] as unknown }),
  })
  let cluster: InnerCluster | undefined
  const capture: PartitionAssigner = (options) => {
    cluster = options.cluster as unknown as InnerCluster
    return {
      name: 'none',
      version: 0,
      assign: () => Promise.resolve([]),
      protocol: () => ({ name: '', metadata: Buffer.alloc(0) }),
    }
  }
  kafka.consumer({ groupId: 'none', partitionAssigners: [capture] })
  return {
    cluster: cluster as unknown as InnerCluster,
    frames,
    destroySockets: () => {
      for (const socket of sockets) socket.destroy()
    },
  }
}

function openSocket(
  { host, port, ssl, onConnect }: ISocketFactoryArgs,
  sockets: Set<Socket>,
  frames: FramePool,
): Socket {
  if (!ssl) return remember(connectFramed({ host, port }, frames), sockets).once('connect', onConnect)
  const carrier = remember(createConnection({ host, port, noDelay: true, keepAlive: true }), sockets)
  // The host is what the certificate must name, also where it is an address, which TLS does not send as a server name.
  const secure = connectTls({ host, ...(isIP(host) ? {} : { servername: host }), ...ssl, socket: carrier }, onConnect)
  // Errors before the handshake show on the TCP socket only.
  carrier.on('error', (error) => secure.destroy(error))
  return Object.assign(secure, { [carrierOf]: carrier })
}

function remember(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket)
  return socket.once('close', () => sockets.delete(socket))
}

/** Makes a broker object; it does not connect. Without an address the next of the configured ones is taken. */
export async function makeBroker(
  cluster: InnerCluster,
  address?: {
    readonly nodeId: number
    readonly host: string
    readonly port: number
    readonly rack: string | undefined
  },
): Promise<InnerBroker> {
  const connectionPool = await cluster.connectionPoolBuilder.build(address)
  for (const connection of connectionPool.pool) {
    takeWholeAnswers(connection)
    stopIdleTimer(connection)
  }
  return cluster.brokerPool.createBroker({
    connectionPool,
    logger: cluster.rootLogger,
    ...(address && { nodeId: address.nodeId }),
  })
}

/**
 * kafkajs collects chunks and joins them, which copies every answer also when it comes in one piece. What it has of an
 * answer that was cut off, it would take for the beginning of the first one over the next socket.
 */
function takeWholeAnswers(connection: InnerConnection): void {
  const collect = connection.processData.bind(connection)
  const { bytesNeeded } = connection
  let newest: Socket | undefined
  connection.processData = (data) => {
    if (newest !== connection.socket) {
      newest = connection.socket
      Object.assign(connection, { chunks: [], bytesBuffered: 0, bytesNeeded })
    }
    if (connection.authHandlers || !connection.socket || carrierOf in connection.socket) return collect(data)
    connection.requestQueue.fulfillRequest({
      correlationId: data.readInt32BE(4),
      size: data.length - 4,
      payload: data.subarray(8),
    })
  }
}

/** kafkajs starts a timer of no delay after every answer, for ever, also when no request waits. */
function stopIdleTimer({ requestQueue }: InnerConnection): void {
  const schedule = requestQueue.scheduleCheckPendingRequests.bind(requestQueue)
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule()
  }
}
