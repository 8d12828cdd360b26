import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { QuorumLinks } from '../src/quorum-links.ts'

const hello = (address: string): Buffer => {
  const header = Buffer.alloc(20)
  header.writeBigInt64BE(-65536n, 0)
  header.writeBigInt64BE(1n, 8)
  header.writeInt32BE(address.length, 16)
  return Buffer.concat([header, Buffer.from(address)])
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

it('makes a server call back through the link, not at the address that the other announces', async () => {
  const b = await listen()
  const direct = 21_111
  await using links = await QuorumLinks.open(
    new Map([
      ['a', { quorum: 1, election: direct }],
      ['b', { quorum: 2, election: b.port }],
    ]),
  )
  const fromA = connect(links.ports('a', 'b').election, '127.0.0.1')
  fromA.on('error', () => {})
  const accepted = once(b.server, 'connection') as Promise<[Socket]>
  fromA.write(Buffer.concat([hello(`127.0.0.1:${direct}`), Buffer.from('vote')]))
  const [socket] = await accepted
  let got = Buffer.alloc(0)
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    got = Buffer.concat([got, bytes])
    if (got.toString().endsWith('vote')) break
  }
  expect(got).toEqual(Buffer.concat([hello(`127.0.0.1:${links.ports('b', 'a').election}`), Buffer.from('vote')]))
  b.server.close()
})
