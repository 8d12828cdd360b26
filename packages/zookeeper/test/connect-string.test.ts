import { describe, expect, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { parseConnectString } from '../src/connect-string.ts'

describe('connect string', () => {
  it('names servers and a chroot', () => {
    expect(parseConnectString('a:1, b ,[::1]:3/root/x')).toEqual({
      servers: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2181 },
        { host: '::1', port: 3 },
      ],
      chroot: '/root/x',
    })
    expect(parseConnectString('a:1/').chroot).toBe('')
  })

  it.each(['', ',', 'a:0', 'a:70000', 'a b', 'a:1,', 'a:1/x/', 'a:1//x', '::1:2181', 'http://a:1', 'a:port'])(
    'refuses %j and says why',
    (connect) => {
      expect(() => zookeeper({ connect })).toThrow(
        expect.objectContaining({ code: 'RK_ZOOKEEPER_BAD_CONNECT_STRING', message: expect.stringContaining(connect) }),
      )
    },
  )

  it('refuses options that cannot work', () => {
    const connect = 'a:1'
    const code = (expected: string): object => expect.objectContaining({ code: expected })
    expect(() => zookeeper({ connect, sessionTimeout: 3000 })).toThrow(code('RK_CORE_SESSION_TIMEOUT_TOO_SHORT'))
    expect(() => zookeeper({ connect, sessionTimeout: 3000, serverTick: 1500 })).not.toThrow()
    expect(() => zookeeper({ connect, sessionTimeout: 0 })).toThrow(code('RK_ZOOKEEPER_BAD_OPTION'))
    expect(() => zookeeper({ connect, maxInFlight: 1.5 })).toThrow(code('RK_ZOOKEEPER_BAD_OPTION'))
  })
})
