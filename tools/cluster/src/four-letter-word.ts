import { connect } from 'node:net'

/**
 * Sends one of ZooKeeper's four-letter commands (`ruok`, `srvr`, `cons`, `mntr`, ...).
 *
 * @returns the answer; empty when the server cannot be reached or the signal aborts first.
 */
export function fourLetterWord(port: number, word: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port, signal })
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.write(word))
    socket.on('data', (text: string) => (answer += text))
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

/** `leader`, `follower` or `standalone`; undefined while the server does not serve clients. */
export async function zooKeeperMode(port: number, signal: AbortSignal): Promise<string | undefined> {
  return /^Mode: (\w+)/m.exec(await fourLetterWord(port, 'srvr', signal))?.[1]
}
