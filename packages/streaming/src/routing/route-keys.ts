import type { Key, RecordBatch } from '@ringkeeper/core'
import type { HashRing } from '@ringkeeper/hashing'
import { streamingErrors } from '../errors.ts'
import { KEYED, KEYLESS, REJECTED, type Assignment } from './assignment.ts'

/** Errors of single records, by their number in the batch. */
export type RecordErrors = Map<number, unknown>

/** Finds what a record is routed by: its key's bytes, or a field of its decoded value. */
export class RouteKeys {
  /** As the configuration has it: `key`, or `value` with a path behind it. */
  readonly path: string
  readonly #fields: readonly string[] | undefined

  constructor(path: string) {
    this.path = path
    this.#fields = path === 'key' ? undefined : path.split('.').slice(1)
  }

  /**
   * Writes each record's position on the ring into the assignment. Records in `errors` are rejected, and errors are added
   * for those whose field cannot be a key.
   */
  locate(
    batch: RecordBatch,
    ring: HashRing,
    assignment: Assignment,
    errors: RecordErrors | undefined,
  ): RecordErrors | undefined {
    assignment.reserve(batch.length)
    const found = this.#fields ? locateFields(batch, ring, this, this.#fields, assignment, errors) : errors
    if (!this.#fields) locateKeys(batch, ring, assignment)
    if (found) for (const index of found.keys()) assignment.kinds[index] = REJECTED
    return found
  }
}

function locateKeys(batch: RecordBatch, ring: HashRing, { positions, kinds }: Assignment): void {
  const { length, bytes, keyStart, keyEnd } = batch
  ring.hashOfRanges(bytes, { starts: keyStart, ends: keyEnd, length }, positions)
  for (let index = 0; index < length; index += 1) kinds[index] = (keyStart[index] as number) < 0 ? KEYLESS : KEYED
}

function locateFields(
  batch: RecordBatch,
  ring: HashRing,
  { path }: RouteKeys,
  fields: readonly string[],
  { positions, kinds }: Assignment,
  known: RecordErrors | undefined,
): RecordErrors | undefined {
  let errors = known
  for (let index = 0; index < batch.length; index += 1) {
    const value = fieldOf(batch.decoded?.[index], fields)
    if (value === undefined || value === null) {
      kinds[index] = KEYLESS
    } else if (isKey(value)) {
      kinds[index] = KEYED
      positions[index] = ring.hashOf(value)
    } else {
      const { topic, partition, offsets } = batch
      const found = typeof value === 'number' ? String(value) : `a ${Array.isArray(value) ? 'list' : typeof value}`
      errors ??= new Map()
      errors.set(
        index,
        streamingErrors.BAD_ROUTE_KEY({ topic, partition, offset: offsets[index] as number, path, found }),
      )
    }
  }
  return errors
}

function fieldOf(value: unknown, fields: readonly string[]): unknown {
  let current = value
  for (const field of fields) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, field)) return undefined
    current = (current as Record<string, unknown>)[field]
  }
  return current
}

function isKey(value: unknown): value is Key {
  if (typeof value === 'bigint') return value >= -0x8000_0000_0000_0000n && value <= 0xffff_ffff_ffff_ffffn
  return typeof value === 'string' || Number.isSafeInteger(value) || value instanceof Uint8Array
}
