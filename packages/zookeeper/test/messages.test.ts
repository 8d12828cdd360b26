import { describe, expect, it } from 'vitest'
import { JuteWriter } from '../src/protocol/jute-writer.ts'
import { addWatchRequest } from '../src/protocol/messages/add-watch.ts'
import { writeAuth } from '../src/protocol/messages/auth.ts'
import { closeSessionRequest } from '../src/protocol/messages/close-session.ts'
import { noPassword, writeConnectRequest } from '../src/protocol/messages/connect.ts'
import { createRequest } from '../src/protocol/messages/create.ts'
import { deleteRequest } from '../src/protocol/messages/delete.ts'
import { existsRequest } from '../src/protocol/messages/exists.ts'
import { getChildrenRequest } from '../src/protocol/messages/get-children.ts'
import { getDataRequest } from '../src/protocol/messages/get-data.ts'
import { getEphemeralsRequest } from '../src/protocol/messages/get-ephemerals.ts'
import { multiRequest } from '../src/protocol/messages/multi.ts'
import { removeWatchesRequest } from '../src/protocol/messages/remove-watches.ts'
import { setDataRequest } from '../src/protocol/messages/set-data.ts'
import { writeSetWatches } from '../src/protocol/messages/set-watches.ts'
import { syncRequest } from '../src/protocol/messages/sync.ts'
import type { Request } from '../src/protocol/request.ts'

const same = (path: string): string => path

/** The bytes of a body, in groups as the expectation has them. */
function hex(write: (writer: JuteWriter) => void): string {
  const writer = new JuteWriter()
  write(writer)
  return writer.written().toString('hex')
}

const path = '000000022f61' // "/a"
const openAcl = `00000001${'0000001f'}00000005${Buffer.from('world').toString('hex')}00000006${Buffer.from('anyone').toString('hex')}`

describe('the bytes of requests', () => {
  const node = {
    serverPath: '/a',
    data: new Uint8Array([1, 2]),
    mode: 'ephemeral-sequential',
    acl: undefined,
    ttl: 0,
  } as const

  it.each<[string, Request<unknown>, number, string]>([
    ['create2', createRequest('/a', node, same), 15, `${path}000000020102${openAcl}00000003`],
    [
      'createContainer',
      createRequest('/a', { ...node, mode: 'container' }, same),
      19,
      `${path}000000020102${openAcl}00000004`,
    ],
    [
      'createTTL',
      createRequest('/a', { ...node, mode: 'ttl', ttl: 1000 }, same),
      21,
      `${path}000000020102${openAcl}0000000500000000000003e8`,
    ],
    ['delete', deleteRequest('/a', '/a', -1), 2, `${path}ffffffff`],
    ['exists', existsRequest('/a', '/a', true), 3, `${path}01`],
    ['getData', getDataRequest('/a', '/a', false), 4, `${path}00`],
    ['setData', setDataRequest('/a', '/a', new Uint8Array([9]), 7), 5, `${path}000000010900000007`],
    ['getChildren2', getChildrenRequest('/a', '/a', true), 12, `${path}01`],
    ['sync', syncRequest('/a', '/a'), 9, path],
    ['getEphemerals', getEphemeralsRequest('/a', '/a'), 103, path],
    ['addWatch', addWatchRequest('/a', '/a', false), 106, `${path}00000000`],
    ['addWatch, recursive', addWatchRequest('/a', '/a', true), 106, `${path}00000001`],
    ['removeWatches', removeWatchesRequest('/a', '/a', false), 18, `${path}00000004`],
    ['removeWatches, recursive', removeWatchesRequest('/a', '/a', true), 18, `${path}00000005`],
    ['closeSession', closeSessionRequest, -11, ''],
    [
      'multi',
      multiRequest(
        [
          { type: 'check', path: '/a', serverPath: '/a', version: 3 },
          { type: 'delete', path: '/a', serverPath: '/a', version: -1 },
          { type: 'set', path: '/a', serverPath: '/a', data: new Uint8Array([9]), version: 1 },
        ],
        same,
      ),
      14,
      [
        `0000000d00ffffffff${path}00000003`,
        `0000000200ffffffff${path}ffffffff`,
        `0000000500ffffffff${path}000000010900000001`,
        'ffffffff01ffffffff',
      ].join(''),
    ],
  ])('%s', (_, request, opcode, body) => {
    expect(request.opcode).toBe(opcode)
    expect(hex(request.write)).toBe(body)
  })

  it('connect', () => {
    const request = { lastZxid: 5n, sessionTimeout: 4000, sessionId: 0n, password: noPassword }
    const expected = `00000000${'0000000000000005'}00000fa0${'0000000000000000'}00000010${'00'.repeat(16)}00`
    expect(hex((writer) => writeConnectRequest(writer, request))).toBe(expected)
  })

  it('auth', () => {
    const expected = `0000000000000006${Buffer.from('digest').toString('hex')}00000003${Buffer.from('a:b').toString('hex')}`
    expect(hex((writer) => writeAuth(writer, { scheme: 'digest', credentials: 'a:b' }))).toBe(expected)
  })

  it('setWatches and setWatches2', () => {
    const paths = { data: ['/a'], exist: [], child: [], persistent: ['/a'], recursive: [] }
    const first = `0000000000000005${'00000001'}${path}0000000000000000`
    expect(hex((writer) => writeSetWatches(writer, 5n, paths, false))).toBe(first)
    expect(hex((writer) => writeSetWatches(writer, 5n, paths, true))).toBe(`${first}00000001${path}00000000`)
  })
})
