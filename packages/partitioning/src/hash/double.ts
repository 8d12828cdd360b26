const view = /* @__PURE__ */ new DataView(new ArrayBuffer(8))

/** The 8 bytes of the last double, in the order of {@link setDouble}. */
export const doubleBytes: Uint8Array = /* @__PURE__ */ new Uint8Array(view.buffer)

/** Writes a double as Java's `doubleToLongBits` does: every NaN alike. */
export function setDouble(value: number, littleEndian: boolean): void {
  if (Number.isNaN(value)) view.setBigUint64(0, 0x7ff8_0000_0000_0000n, littleEndian)
  else view.setFloat64(0, value, littleEndian)
}

/** The upper half xor the lower one: Java's `Double.hashCode()`. */
export function javaDoubleHash(value: number): number {
  setDouble(value, true)
  return view.getInt32(0, true) ^ view.getInt32(4, true)
}

/** Java's `Float.hashCode()` of a double that is a float. */
export function javaFloatHash(value: number): number {
  view.setFloat32(0, value, true)
  return view.getInt32(0, true)
}
