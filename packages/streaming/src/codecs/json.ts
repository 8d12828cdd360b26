import { defineCodec, messageOf, type CodecComponent } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { utf8Text } from './utf8.ts'

/** Values are JSON in UTF-8. */
export const jsonCodec: CodecComponent = defineCodec({ type: 'json', create: () => ({ decode }) })

function decode(bytes: Uint8Array, start: number, end: number): unknown {
  const text = utf8Text(bytes, start, end)
  if (text === undefined) throw streamingErrors.NOT_UTF8({ codec: 'json' })
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw streamingErrors.NOT_JSON({ reason: messageOf(cause) }, { cause })
  }
}
