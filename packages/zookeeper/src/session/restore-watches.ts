import { opcode } from '../protocol/opcode.ts'
import { writeSetWatches, type WatchedPaths } from '../protocol/messages/set-watches.ts'
import { nothing, type Request } from '../protocol/request.ts'

/** A server refuses requests above 1 MiB; batches stay far below. */
const batchBytes = 128 * 1024

const kinds = ['data', 'exist', 'child', 'persistent', 'recursive'] as const satisfies (keyof WatchedPaths)[]

/** The requests that set all watches again on a new connection; none when there are no watches. */
export function restoreRequests(paths: WatchedPaths, relativeZxid: bigint): Request<void>[] {
  return batches(paths).map((batch) => {
    // Servers before 3.6 know only the first form.
    const isSecond = batch.persistent.length > 0 || batch.recursive.length > 0
    return {
      opcode: isSecond ? opcode.setWatches2 : opcode.setWatches,
      name: 'setWatches',
      path: '',
      write: (writer) => writeSetWatches(writer, relativeZxid, batch, isSecond),
      read: nothing,
    }
  })
}

type Batch = Record<keyof WatchedPaths, string[]>

function batches(paths: WatchedPaths): Batch[] {
  const result: Batch[] = []
  let batch: Batch | undefined
  let bytes = 0
  for (const kind of kinds) {
    for (const path of paths[kind]) {
      const size = Buffer.byteLength(path) + 4
      if (!batch || bytes + size > batchBytes) {
        batch = { data: [], exist: [], child: [], persistent: [], recursive: [] }
        bytes = 0
        result.push(batch)
      }
      batch[kind].push(path)
      bytes += size
    }
  }
  return result
}
