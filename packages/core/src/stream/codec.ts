/** Makes values out of bytes. */
export interface Codec {
  /**
   * Called for every value that is not absent. A throw marks the record as malformed.
   *
   * @param bytes - the batch's bytes, of which `start` up to `end` are the value.
   */
  decode: (bytes: Uint8Array, start: number, end: number) => unknown
}
