import { coordinatorContract } from '@ringkeeper/testing'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { SessionRelay } from './support/session-relay.ts'

const server = inject('zookeeper')

describe.skipIf(!server)('on a real server', () => {
  const { connect, tickTime } = server ?? { connect: '', tickTime: 0 }
  const relays: SessionRelay[] = []
  afterAll(async () => {
    for (const relay of relays) await relay[Symbol.asyncDispose]()
  })

  coordinatorContract(
    { describe, it, expect },
    {
      name: 'zookeeper',
      faults: true,
      connect: async (options) => {
        const relay = await SessionRelay.start(connect)
        relays.push(relay)
        const backend = zookeeper({ connect: relay.address, serverTick: tickTime })
        const faults = {
          loseReply: () => relay.loseReply(),
          disconnect: () => relay.disconnect(),
          reconnect: () => relay.reconnect(),
          expire: () => relay.expire(),
        }
        return { coordinator: await backend.connect(options), faults }
      },
    },
  )
})
