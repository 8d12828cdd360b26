import { messageOf } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'

/** What a node of the tree holds: one JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A JSON object as the data of a node. */
export function encodeJson(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

/**
 * The JSON object that a node holds.
 *
 * @throws RK_STREAMING_BAD_NODE_DATA
 */
export function decodeJson(path: string, data: Uint8Array): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(data))
  } catch (error) {
    throw streamingErrors.BAD_NODE_DATA({ path, reason: messageOf(error) }, { cause: error })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw streamingErrors.BAD_NODE_DATA({ path, reason: 'it holds no JSON object' })
}
