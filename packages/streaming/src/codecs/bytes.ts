import { defineCodec, type CodecComponent } from '@ringkeeper/core'

/** Leaves values as they are. */
export const bytesCodec: CodecComponent = defineCodec({
  type: 'bytes',
  create: () => ({ decode: (bytes, start, end) => bytes.subarray(start, end) }),
})
