import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { messageOf } from '@ringkeeper/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { batchOf, chunkOf } from '../support/batch.ts'
import { makeSink } from '../support/components.ts'

const context = { signal: new AbortController().signal, timeout: 60_000 }
const three = batchOf([{ value: '1' }, { value: '2' }, { value: '3' }])

interface Received {
  readonly method: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A web server that answers each request with the next of some statuses, then with 204. */
async function serve(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const url = await listen((request, response) => {
    void text(request).then((body) => {
      received.push({ method: request.method, headers: request.headers, body })
      response.writeHead(statuses.shift() ?? 204).end('said so')
    })
  })
  return { url, received }
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`
}

describe('the sink http', () => {
  it('sends NDJSON in requests of at most batchSize records, in order', async () => {
    const { url, received } = await serve()
    const sink = await makeSink('http', { url, batchSize: 2, format: 'value', headers: { 'x-team': 'a' } })
    expect(await sink.write([chunkOf(three), chunkOf(batchOf([{ value: '4' }]))], context)).toEqual([])
    expect(received.map(({ body }) => body)).toEqual(['1\n2\n', '3\n4\n'])
    expect(received[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'content-length': '4', 'x-team': 'a' },
    })
  })

  it('sends a JSON array when asked to', async () => {
    const { url, received } = await serve()
    const sink = await makeSink('http', { url, body: 'json', method: 'PUT' })
    await sink.write([chunkOf(three)], context)
    expect(received[0]).toMatchObject({ method: 'PUT', headers: { 'content-type': 'application/json' } })
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }])
  })

  it('reports a status that passes by itself as worth a retry, with all that follows', async () => {
    const { url, received } = await serve(200, 503)
    const sink = await makeSink('http', { url, batchSize: 1, format: 'value' })
    const failures = (await sink.write([chunkOf(three)], context)) ?? undefined
    expect(received).toHaveLength(2)
    expect(failures).toMatchObject([
      { chunk: 0, index: 1, isRetryable: true, isHeldBack: false, error: { code: 'RK_STREAMING_HTTP_REFUSED' } },
      { chunk: 0, index: 2, isRetryable: true, isHeldBack: true },
    ])
    expect(messageOf(failures?.[0]?.error)).toContain('answered 503 (said so)')
  })

  it.each([
    [400, {}, false],
    [302, {}, false],
    [429, {}, true],
    [429, { retryStatuses: [418] }, false],
    [418, { retryStatuses: [418] }, true],
  ])('takes status %i with options %j as retryable: %s', async (status, options, isRetryable) => {
    const { url } = await serve(status)
    const sink = await makeSink('http', { url, ...options })
    expect(await sink.write([chunkOf(batchOf([{ value: '1' }]))], context)).toMatchObject([{ isRetryable }])
  })

  it('reports a server that is not there as worth a retry', async () => {
    const sink = await makeSink('http', { url: 'http://127.0.0.1:9/in' })
    expect(await sink.write([chunkOf(three)], context)).toMatchObject([
      { index: 0, isRetryable: true },
      { index: 1, isRetryable: true },
      { index: 2, isRetryable: true },
    ])
  })

  it('resets the connection when the write is cut off, and rejects only then', async () => {
    const stop = new AbortController()
    const wasReset = new Promise<unknown>((resolve) => {
      void listen((request) => {
        request.socket.on('error', resolve)
        stop.abort(new Error('shard lost'))
      }).then(async (url) => {
        const sink = await makeSink('http', { url })
        await expect(sink.write([chunkOf(three)], { signal: stop.signal, timeout: 1000 })).rejects.toThrow('shard lost')
      })
    })
    expect(await wasReset).toMatchObject({ code: 'ECONNRESET' })
  })

  it('gives up an answer after its timeout and uses a fresh connection then', async () => {
    let requests = 0
    const url = await listen((request, response) => {
      requests += 1
      if (requests > 1) request.resume().on('end', () => response.writeHead(200).end())
    })
    const sink = await makeSink('http', { url, timeout: '30ms' })
    expect(await sink.write([chunkOf(batchOf([{ value: '1' }]))], context)).toMatchObject([
      { isRetryable: true, error: { code: 'RK_STREAMING_HTTP_TIMEOUT' } },
    ])
    expect(await sink.write([chunkOf(batchOf([{ value: '1' }]))], context)).toEqual([])
  })

  it.each([400, 413, 422])(
    'finds the record that a request is refused for with %i, and writes those before it',
    async (status) => {
      const received: string[] = []
      const url = await listen((request, response) => {
        void text(request).then((body) => {
          const isBad = body.includes('bad')
          if (!isBad) received.push(...body.trimEnd().split('\n'))
          response.writeHead(isBad ? status : 204).end()
        })
      })
      const sink = await makeSink('http', { url, format: 'value' })
      const chunks = [chunkOf(three), chunkOf(batchOf(['4', '5', 'bad', '7'].map((value) => ({ value }))))]
      expect(await sink.write(chunks, context)).toMatchObject([
        { chunk: 1, index: 2, isRetryable: false, isHeldBack: false, error: { code: 'RK_STREAMING_HTTP_REFUSED' } },
        { chunk: 1, index: 3, isHeldBack: true },
      ])
      expect(received).toEqual(['1', '2', '3', '4', '5'])
    },
  )

  it('says nothing of the records of other targets when it refuses the first of its own', async () => {
    const { url } = await serve(413, 413)
    const sink = await makeSink('http', { url, format: 'value' })
    const ours = { ...chunkOf(three), selection: { indices: Uint32Array.of(0, 1, 2), start: 1, end: 3 } }
    expect(await sink.write([ours], context)).toMatchObject([
      { chunk: 0, index: 1, isHeldBack: false, error: { code: 'RK_STREAMING_HTTP_REFUSED' } },
      { chunk: 0, index: 2, isHeldBack: true },
    ])
  })

  it('begins small after a refusal, and grows again', async () => {
    const sizes: number[] = []
    const url = await listen((request, response) => {
      void text(request).then((body) => {
        sizes.push(body.trimEnd().split('\n').length)
        response.writeHead(body.includes('bad') ? 413 : 204).end()
      })
    })
    const sink = await makeSink('http', { url, format: 'value', batchSize: 4 })
    const write = (...values: string[]): unknown =>
      sink.write([chunkOf(batchOf(values.map((value) => ({ value }))))], context)
    expect(await write('bad', '2')).toMatchObject([{ isHeldBack: false }, { isHeldBack: true }])
    expect(await write('2', '3', '4', '5', '6', '7', '8', '9')).toEqual([])
    expect(sizes).toEqual([2, 1, 1, 2, 4, 1])
  })

  it('comes back for the rest of a write that would take too long', async () => {
    const { url, received } = await serve()
    const sink = await makeSink('http', { url, batchSize: 1, format: 'value' })
    const failures = await sink.write([chunkOf(three)], { ...context, timeout: 0 })
    expect(received.length).toBeLessThan(3)
    expect(failures).toMatchObject(Array.from({ length: 3 - received.length }, () => ({ isHeldBack: true })))
  })
})
