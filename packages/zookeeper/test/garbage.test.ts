import { isRingkeeperError } from '@ringkeeper/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Inbox } from '../src/connection/inbox.ts'
import { JuteReader } from '../src/protocol/jute-reader.ts'
import { createRequest } from '../src/protocol/messages/create.ts'
import { existsRequest } from '../src/protocol/messages/exists.ts'
import { getChildrenRequest } from '../src/protocol/messages/get-children.ts'
import { getDataRequest } from '../src/protocol/messages/get-data.ts'
import { getEphemeralsRequest } from '../src/protocol/messages/get-ephemerals.ts'
import { multiRequest } from '../src/protocol/messages/multi.ts'
import { readWatcherEvent } from '../src/protocol/messages/watcher-event.ts'
import { readReply, type Request } from '../src/protocol/request.ts'

const same = (path: string): string => path
const node = { serverPath: '/a', data: new Uint8Array(), mode: 'ephemeral', acl: undefined, ttl: 0 } as const
const step = { type: 'check', path: '/a', serverPath: '/a', version: -1 } as const
const requests: readonly Request<unknown>[] = [
  createRequest('/a', node, same),
  existsRequest('/a', '/a', false),
  getDataRequest('/a', '/a', false),
  getChildrenRequest('/a', '/a', false),
  getEphemeralsRequest('/a', '/a'),
  multiRequest([step, step], same),
  multiRequest([{ type: 'create', path: '/a', node }], same),
]

/** Small numbers are what lengths, counts and types look like. */
const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 2, 5, 13, 15, 255), fc.nat(255)), { maxLength: 150, size: 'max' })
  .map((list) => Buffer.from(list))

describe('garbage from a server', () => {
  it('is never taken for more bytes than there are, whatever was asked', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...requests), fc.constantFrom(0, -101, -2), (body, request, error) => {
        try {
          readReply(request, { xid: 1, zxid: 1n, error }, new JuteReader(body))
        } catch (thrown) {
          if (!isRingkeeperError(thrown)) throw thrown
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('ends the connection with an error, or is read on, but never throws into the socket', () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (chunks) => {
        const errors: unknown[] = []
        const inbox = new Inbox(
          50,
          ({ reader, oversize }) => void (oversize ?? readWatcherEvent(reader)),
          (error) => {
            errors.push(error)
            inbox.stop()
          },
        )
        for (const chunk of chunks) if (errors.length === 0) inbox.receive(chunk)
        for (const error of errors) expect(error).toMatchObject({ code: 'RK_ZOOKEEPER_BAD_MESSAGE' })
      }),
    )
  })
})
