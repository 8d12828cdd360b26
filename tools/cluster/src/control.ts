import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { TopicOptions } from './options.ts'
import { fromWire, toWire, type WireError } from './wire-error.ts'

/** What can be asked of a supervisor. */
export type Command =
  | { readonly do: 'status' | 'ready' | 'down' }
  | { readonly do: 'stop' | 'kill' | 'freeze' | 'thaw'; readonly server: string }
  | { readonly do: 'start'; readonly server: string; readonly wait: boolean }
  | { readonly do: 'cut'; readonly a: string; readonly b: string; readonly silent: boolean }
  | { readonly do: 'createTopics'; readonly topics: readonly TopicOptions[] }
  | { readonly do: 'heal'; readonly a: string; readonly b: string }

type Answer = { readonly result: unknown } | { readonly error: WireError }

/** Listens on loopback; every request carries the token and one command. */
export async function serveControl(token: string, handle: (command: Command) => Promise<unknown>): Promise<Server> {
  const answer = async (incoming: IncomingMessage): Promise<Answer> => {
    try {
      if (incoming.headers.authorization !== `Bearer ${token}`) throw new Error('wrong token')
      return { result: await handle((await json(incoming)) as Command) }
    } catch (error) {
      return { error: toWire(error) }
    }
  }
  const server = createServer((incoming, outgoing) => {
    void answer(incoming).then((body) => {
      outgoing.shouldKeepAlive = false
      outgoing.end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export const controlPort = (server: Server): number => (server.address() as AddressInfo).port

/** Sends one command to a supervisor and waits for its result. */
export async function sendCommand(
  to: { readonly port: number; readonly token: string },
  command: Command,
  signal?: AbortSignal,
): Promise<unknown> {
  const outgoing = request({
    host: '127.0.0.1',
    port: to.port,
    method: 'POST',
    // Not pooled: a kept connection would outlive the supervisor.
    agent: false,
    headers: { authorization: `Bearer ${to.token}` },
    ...(signal && { signal }),
  })
  outgoing.end(JSON.stringify(command))
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
  const answer = (await json(incoming)) as Answer
  if ('error' in answer) throw fromWire(answer.error)
  return answer.result
}
