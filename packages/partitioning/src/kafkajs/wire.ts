import { Buffer } from 'node:buffer'

/** Writes what Kafka's consumer protocol calls a subscription: version, topics, user data. */
export function encodeSubscription(topics: readonly string[], userData: Uint8Array): Buffer {
  return Buffer.concat([int16(0), int32(topics.length), ...topics.map(text), bytes(userData)])
}

/** Reads a subscription; of any version, as later ones only append fields. */
export function decodeSubscription(buffer: Buffer): { readonly topics: string[]; readonly userData: Buffer } {
  let at = 6
  const topics = Array.from({ length: buffer.readInt32BE(2) }, () => {
    const length = buffer.readInt16BE(at)
    at += 2 + length
    return buffer.toString('utf8', at - length, at)
  })
  const length = at + 4 <= buffer.length ? Math.max(0, buffer.readInt32BE(at)) : 0
  return { topics, userData: buffer.subarray(at + 4, at + 4 + length) }
}

/** Writes an assignment: version, topics with their partitions, no user data. */
export function encodeAssignment(topics: Readonly<Record<string, readonly number[]>>): Buffer {
  const parts = [int16(0), int32(Object.keys(topics).length)]
  for (const [topic, partitions] of Object.entries(topics)) {
    parts.push(text(topic), int32(partitions.length), ...partitions.map(int32))
  }
  return Buffer.concat([...parts, int32(-1)])
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}

function text(value: string): Buffer {
  const encoded = Buffer.from(value)
  return Buffer.concat([int16(encoded.length), encoded])
}

function bytes(value: Uint8Array): Buffer {
  return Buffer.concat([int32(value.length), value])
}
