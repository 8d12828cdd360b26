/** Where many keys lie in one piece of memory; such as the key columns of a `RecordBatch`. */
export interface KeyRanges {
  /** Where each key begins; below 0 where there is none. */
  readonly starts: Int32Array
  /** Where each key ends, exclusive; within the memory. */
  readonly ends: Int32Array
  /** How many there are; the arrays may be longer. */
  readonly length: number
}
