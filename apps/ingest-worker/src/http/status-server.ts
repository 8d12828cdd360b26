import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf } from '@ringkeeper/core'
import { ingestErrors } from '../errors.ts'

/** An answer to a request. */
export interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** Makes a page; the paths that a server knows lead to one of these. */
export type PageMaker = () => Page | Promise<Page>

/** The worker's status pages. */
export class StatusServer implements AsyncDisposable {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    const { address, family, port } = server.address() as AddressInfo
    this.url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  }

  /** @throws RK_INGEST_PORT_TAKEN */
  static listen(
    at: { readonly host: string; readonly port: number },
    pages: ReadonlyMap<string, PageMaker>,
  ): Promise<StatusServer> {
    return new Promise((resolve, reject) => {
      const server = createServer(answerWith(pages))
      server.once('error', (cause) => reject(ingestErrors.PORT_TAKEN({ ...at, reason: messageOf(cause) }, { cause })))
      server.listen(at.port, at.host, () => resolve(new StatusServer(server)))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }
}

const text = 'text/plain; charset=utf-8'

function answerWith(pages: ReadonlyMap<string, PageMaker>): RequestListener {
  return (request, response) => {
    const send = ({ status, type, body }: Page): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return send({ status: 405, type: text, body: 'only GET and HEAD\n' })
    }
    const page = pages.get((request.url ?? '/').split('?', 1)[0] as string)
    if (!page) return send({ status: 404, type: text, body: `there is ${[...pages.keys()].join(', ')}\n` })
    Promise.resolve()
      .then(page)
      .then(send, (error: unknown) => send({ status: 500, type: text, body: `${messageOf(error)}\n` }))
  }
}
