/**
 * What can be routed, partitioned or locked by.
 *
 * Strings hash as their UTF-8 bytes. Numbers must be safe integers and hash like the bigint of the same value, as
 * 8 bytes little-endian. `1` and `"1"` are different keys. `NaN` and fractions are refused by whatever hashes them.
 */
export type Key = string | Uint8Array | number | bigint
