import { createConnection, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Kafka, logLevel, type ISocketFactoryArgs, type KafkaConfig, type PartitionAssigner } from 'kafkajs'
import type { Logger } from '@ringkeeper/core'
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

/** Under a TLS socket the TCP socket that it runs on: only that one can be reset. */
const carriers = new WeakMap<Socket, Socket>()

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
  carriers.set(secure, carrier)
  return secure
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

/** kafkajs collects chunks and joins them, which copies every answer also when it comes in one piece. */
function takeWholeAnswers(connection: InnerConnection): void {
  const collect = connection.processData.bind(connection)
  connection.processData = (data) => {
    if (connection.authHandlers || !connection.socket || carriers.has(connection.socket)) return collect(data)
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

/** A request as {@link sendOver} takes it. */
export interface InnerRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
  readonly body: readonly Buffer[]
  readonly patience?: number | undefined
}

/**
 * Sends a request over one connected connection and returns the answer after its correlation id. kafkajs's own `send`
 * would copy the body twice and log.
 *
 *     size           int32
 *     apiKey         int16
 *     apiVersion     int16
 *     correlationId  int32
 *     clientId       string
 *     body
 */
export async function sendOver(connection: InnerConnection, request: InnerRequest): Promise<Buffer> {
  if (!connection.isAuthenticated()) await connection.authenticate()
  // What is written to a socket that is gone is never answered, and kafkajs has stopped to look at the time.
  if (!isAlive(connection)) throw new Error('the connection was lost')
  const { apiKey, apiVersion, apiName, body, patience } = request
  const correlationId = connection.nextCorrelationId()
  const nameLength = Buffer.byteLength(connection.clientId)
  const header = Buffer.allocUnsafe(14 + nameLength)
  header.writeInt32BE(
    body.reduce((size, part) => size + part.length, header.length - 4),
    0,
  )
  header.writeInt16BE(apiKey, 4)
  header.writeInt16BE(apiVersion, 6)
  header.writeInt32BE(correlationId, 8)
  header.writeInt16BE(nameLength, 12)
  header.write(connection.clientId, 14)
  const answer = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey, apiName, apiVersion, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout: patience === undefined ? null : connection.requestTimeout + patience,
      sendRequest: () => {
        const socket = connection.socket as Socket
        if (body.length === 1) return void socket.write(Buffer.concat([header, ...body]))
        socket.cork()
        socket.write(header)
        for (const part of body) socket.write(part)
        socket.uncork()
      },
    })
  })
  return answer.payload
}

/** Whether requests can be sent. kafkajs takes a connection for connected while it disconnects. */
export function isAlive(connection: InnerConnection): boolean {
  return connection.isConnected() && connection.socket?.destroyed === false
}

/** Opens the next socket of a connection. */
export async function connectAnew(connection: InnerConnection): Promise<void> {
  // Late events of the last socket would be taken for those of the new one.
  connection.socket?.destroy()
  if (connection.isConnected()) {
    connection.rejectRequests(new Error('the connection was lost'))
    await connection.disconnect()
  }
  try {
    await connection.connect()
  } catch (error) {
    dropConnection(connection, error as Error)
    throw error
  }
}

/** Ends what is left of a connection that failed by itself. */
export function dropConnection(connection: InnerConnection, error: Error): void {
  connection.socket?.destroy()
  resetConnection(connection, error)
}

/** Resets a connection: what the broker has not read yet is dropped, and all waiting requests are rejected. */
export function resetConnection(connection: InnerConnection, error: Error): void {
  const { socket } = connection
  if (socket && !socket.destroyed) {
    const carrier = carriers.get(socket) ?? socket
    carrier.resetAndDestroy()
    // Without an error kafkajs would wait for a socket that is connecting until its time is over.
    socket.destroy(connection.isConnected() ? undefined : error)
  }
  connection.rejectRequests(error)
  // Only the flags of kafkajs are left to set; it ends a socket that is gone already.
  void connection.disconnect().catch(() => {})
}
