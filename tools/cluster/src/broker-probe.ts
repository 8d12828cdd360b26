import { connect } from 'node:net'

// ApiVersions v0: int16 key 18, int16 version 0, int32 correlation id, nullable string client id; no body.
const apiVersionsRequest = frame(Buffer.from([0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]))
// Metadata v1: int16 key 3, int16 version 1, int32 correlation id, client id; an empty array of topics.
const metadataRequest = frame(Buffer.from([0, 3, 0, 1, 0, 0, 0, 2, 0xff, 0xff, 0, 0, 0, 0]))

/**
 * Whether a broker serves: it answers ApiVersions, and its Metadata lists a broker. While it is still fenced the list
 * is empty and topics cannot be created.
 */
export async function brokerServes(port: number, signal: AbortSignal): Promise<boolean> {
  const versions = await exchange(port, apiVersionsRequest, signal)
  if (versions === undefined || versions.length < 6 || versions.readInt16BE(4) !== 0) return false
  const metadata = await exchange(port, metadataRequest, signal)
  return metadata !== undefined && metadata.length >= 8 && metadata.readInt32BE(4) > 0
}

/** Sends a request on a connection of its own; the answer starts with the correlation id. */
function exchange(port: number, request: Buffer, signal: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0)
    const socket = connect({ host: '127.0.0.1', port, signal })
    socket.on('connect', () => socket.write(request))
    socket.on('error', () => {})
    socket.on('close', () => resolve(undefined))
    socket.on('data', (bytes) => {
      answer = Buffer.concat([answer, bytes])
      if (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) return
      resolve(answer.subarray(4))
      socket.destroy()
    })
  })
}

function frame(request: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(request.length)
  return Buffer.concat([size, request])
}
