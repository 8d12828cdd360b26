import { partitioningErrors } from '../errors.ts'
import type { NumberType, PartitionKey } from '../partitioner/key.ts'
import { doubleBytes, setDouble } from './double.ts'
import { badKey, checkInt, checkLong } from './typed.ts'

const integer = /* @__PURE__ */ new DataView(new ArrayBuffer(4))
const integerBytes = /* @__PURE__ */ new Uint8Array(integer.buffer)
const long = /* @__PURE__ */ new DataView(new ArrayBuffer(8))
const longBytes = /* @__PURE__ */ new Uint8Array(long.buffer)

/**
 * A key as Kafka's own serializers write it (IntegerSerializer, LongSerializer, DoubleSerializer: big-endian); text and
 * bytes are given back as they are. What it returns for a number holds until the next call.
 */
export function kafkaBytes(kind: string, key: PartitionKey, numbers: NumberType): string | Uint8Array {
  if (typeof key === 'string' || key instanceof Uint8Array) return key
  if (typeof key === 'number' && numbers === 'double') {
    setDouble(key, false)
    return doubleBytes
  }
  if (typeof key === 'number') {
    integer.setInt32(0, checkInt(kind, key))
    return integerBytes
  }
  if (typeof key === 'bigint') {
    long.setBigInt64(0, checkLong(kind, key))
    return longBytes
  }
  if (key === null || key === undefined) throw partitioningErrors.KEYLESS({ kind })
  throw badKey(kind, key, 'a string, bytes, a number or a bigint: what Kafka has a serializer for')
}
