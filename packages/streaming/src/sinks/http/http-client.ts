import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Timers } from '@ringkeeper/core'
import { streamingErrors } from '../../errors.ts'
import { resettableAgent, type ResettableAgent } from './agent.ts'

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number
  /** The beginning of the body. */
  readonly text: string
}

/** How long an answer is waited for. */
export interface SendOptions {
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly timeout: number
}

/** Sends one request after the other to one URL. */
export class HttpClient {
  readonly #url: URL
  readonly #options: RequestOptions
  readonly #connections: ResettableAgent
  readonly #timers: Timers

  constructor(url: string, options: Pick<RequestOptions, 'method' | 'headers'>, timers: Timers) {
    this.#url = new URL(url)
    this.#connections = resettableAgent(this.#url)
    this.#options = { ...options, agent: this.#connections.agent }
    this.#timers = timers
  }

  /**
   * Sends a body and waits for the answer. When it gives up it resets the connection, and rejects only after that: what
   * has not arrived by then, never will.
   */
  send(body: Buffer, { signal, timeout }: SendOptions): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest
      const request = send(this.#url, this.#options)
      let answer: Promise<HttpAnswer> | undefined
      let reason: unknown
      const giveUp = (why: unknown): void => {
        reason ??= why
        this.#reset(request)
      }
      const cancelTimeout = this.#timers.set(timeout, () =>
        giveUp(streamingErrors.HTTP_TIMEOUT({ url: this.shownUrl, timeout })),
      )
      const onAbort = (): void => giveUp(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      request.on('response', (response) => {
        answer = readAnswer(response)
        answer.catch(giveUp)
      })
      request.on('error', (error) => (reason ??= error))
      request.on('close', () => {
        cancelTimeout()
        signal.removeEventListener('abort', onAbort)
        if (answer && reason === undefined) answer.then(resolve, reject)
        else reject((reason ?? new Error(`the connection to ${this.shownUrl} was closed`)) as Error)
      })
      request.setHeader('content-length', body.length)
      request.end(body)
    })
  }

  close(): void {
    this.#connections.agent.destroy()
  }

  /** The URL without what may be secret in it. */
  get shownUrl(): string {
    return `${this.#url.origin}${this.#url.pathname}`
  }

  #reset(request: ClientRequest): void {
    if (request.socket) this.#connections.reset(request.socket)
    request.destroy()
  }
}

const shownText = 200

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  let text = ''
  for await (const part of response.setEncoding('utf8')) if (text.length < shownText) text += part as string
  return { status: response.statusCode ?? 0, text: text.slice(0, shownText).replaceAll(/\s+/g, ' ').trim() }
}
