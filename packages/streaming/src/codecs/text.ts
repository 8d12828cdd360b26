import { defineCodec, type CodecComponent } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { utf8Text } from './utf8.ts'

/** Values are UTF-8 text. */
export const textCodec: CodecComponent = defineCodec({
  type: 'text',
  create: () => ({ decode: (bytes, start, end) => utf8Text(bytes, start, end) ?? raise() }),
})

function raise(): never {
  throw streamingErrors.NOT_UTF8({ codec: 'text' })
}
