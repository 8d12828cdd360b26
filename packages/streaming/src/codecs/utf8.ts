import { isUtf8 } from 'node:buffer'

const { utf8Slice } = Buffer.prototype as unknown as { readonly utf8Slice: (start: number, end: number) => string }

/** The text of some bytes; `undefined` when they are not UTF-8. */
export function utf8Text(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = utf8Slice.call(bytes, start, end)
  // Bytes that are not UTF-8 become U+FFFD; that character can also stand in the text itself.
  return text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end)) ? undefined : text
}
