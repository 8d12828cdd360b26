import type { RecordFailure } from '@ringkeeper/core'
import type { OnError } from '../config/pipeline-config.ts'
import { streamingErrors } from '../errors.ts'
import type { Delivery } from './delivery.ts'

/** How a write ended. */
export type WriteOutcome =
  | { readonly failures: readonly RecordFailure[] }
  /** Nothing is known: all count as not written. */
  | { readonly rejected: unknown }

/** Records that the target's policy gives up. */
export interface GivenUp {
  readonly delivery: Delivery
  /** Why, by the record's number in the batch. */
  readonly errorOf: (index: number) => unknown
}

/** What becomes of the deliveries of one write. */
export interface SortedOutcome {
  readonly written: readonly Delivery[]
  /** In order, to be written before anything else. */
  readonly retry: readonly Delivery[]
  readonly givenUp: readonly GivenUp[]
  /** How many records the sink took, and their bytes. */
  readonly acknowledged: number
  readonly bytes: number
  /** The first error; `undefined` when all is written. */
  readonly error: unknown
}

/** The failures of one chunk, by record. */
type ChunkFailures = ReadonlyMap<number, RecordFailure>

/**
 * Sorts the deliveries of a write by what the sink said and the target's policy asks for.
 *
 * @param wasCut - the runtime itself cut the write off: that is nobody's failure and no attempt.
 */
export function sortOutcome(
  target: string,
  group: readonly Delivery[],
  outcome: WriteOutcome,
  policy: OnError,
  wasCut: boolean,
): SortedOutcome {
  const chunks = 'failures' in outcome ? failuresByChunk(group, outcome.failures) : undefined
  const written: Delivery[] = []
  const retry: Delivery[] = []
  const givenUp: GivenUp[] = []
  let acknowledged = 0
  let bytes = 0
  const firstError = 'rejected' in outcome ? outcome.rejected : outcome.failures[0]?.error
  if (chunks === 'nonsense') {
    return sortOutcome(target, group, { rejected: streamingErrors.SINK_REPORT({ target }) }, policy, wasCut)
  }
  group.forEach((delivery, position) => {
    if (!chunks) {
      if (!wasCut) delivery.attempts += 1
      const isOver = !wasCut && policy.then !== 'block' && delivery.attempts >= policy.maxAttempts
      if (isOver) givenUp.push({ delivery, errorOf: () => firstError })
      else retry.push(delivery)
      return
    }
    const failures = chunks.get(position)
    acknowledged += delivery.length - (failures?.size ?? 0)
    bytes += delivery.bytes
    if (!failures) return void written.push(delivery)
    const parts = splitByFate(delivery, failures, policy, wasCut)
    retry.push(...parts.retry)
    if (parts.givenUp) givenUp.push(parts.givenUp)
    for (const part of parts.retry) bytes -= part.bytes
    bytes -= parts.givenUp?.delivery.bytes ?? 0
    written.push(delivery)
  })
  return { written, retry, givenUp, acknowledged, bytes, error: firstError }
}

/** Cuts the failed records out of a delivery, which then stands for its written ones alone. */
function splitByFate(
  delivery: Delivery,
  failures: ChunkFailures,
  policy: OnError,
  wasCut: boolean,
): { readonly retry: Delivery[]; readonly givenUp?: GivenUp } {
  const isLast = delivery.attempts + 1 >= policy.maxAttempts
  const [counted, heldBack, over]: [number[], number[], number[]] = [[], [], []]
  for (const [index, failure] of [...failures].toSorted(([a], [b]) => a - b)) {
    if (wasCut || failure.isHeldBack) heldBack.push(index)
    else if (policy.then !== 'block' && (isLast || !failure.isRetryable)) over.push(index)
    else counted.push(index)
  }
  // A held-back record follows one of its key that was tried: the tried ones go first.
  const retry = [counted, heldBack]
    .filter((indices) => indices.length > 0)
    .map((indices) => delivery.part(Uint32Array.from(indices)))
  if (counted.length > 0) (retry[0] as Delivery).attempts += 1
  if (over.length === 0) return { retry }
  const givenUp = delivery.part(Uint32Array.from(over))
  givenUp.attempts += 1
  return { retry, givenUp: { delivery: givenUp, errorOf: (index) => failures.get(index)?.error } }
}

function failuresByChunk(
  group: readonly Delivery[],
  failures: readonly RecordFailure[],
): ReadonlyMap<number, ChunkFailures> | 'nonsense' {
  const chunks = new Map<number, Map<number, RecordFailure>>()
  for (const failure of failures) {
    const delivery = group[failure.chunk]
    if (!delivery || !isSelected(delivery, failure.index)) return 'nonsense'
    const chunk = chunks.get(failure.chunk)
    if (chunk) chunk.set(failure.index, failure)
    else chunks.set(failure.chunk, new Map([[failure.index, failure]]))
  }
  return chunks
}

function isSelected({ selection }: Delivery, index: number): boolean {
  let low = selection.start
  let high = selection.end
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((selection.indices[middle] as number) < index) low = middle + 1
    else high = middle
  }
  return low < selection.end && selection.indices[low] === index
}
