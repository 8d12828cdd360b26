import type { Connection } from '../connection/connection.ts'
import { opcode, specialXid } from '../protocol/opcode.ts'
import { writeSetWatches, type WatchedPaths } from '../protocol/messages/set-watches.ts'
import { nothing, type Request } from '../protocol/request.ts'
import type { WatchRegistry } from './watch-registry.ts'

/** A server refuses requests above 1 MiB; batches stay far below. */
const batchBytes = 128 * 1024

const kinds = ['data', 'exist', 'child', 'persistent', 'recursive'] as const satisfies (keyof WatchedPaths)[]

/** Sets all watches of a session again on a new connection; then tells the persistent ones to read again. */
export function restoreWatches(connection: Connection, watches: WatchRegistry, lastZxid: bigint): void {
  const requests = batches(watches.paths()).map((batch) => setWatchesRequest(batch, lastZxid))
  requests.forEach((request, index) => {
    const isLast = index === requests.length - 1
    connection.submitSpecial(specialXid.setWatches, {
      request,
      resolve: () => {},
      // The next connection sets them.
      reject: () => {},
      onReply: isLast ? () => watches.resync() : undefined,
    })
  })
}

function setWatchesRequest(batch: WatchedPaths, relativeZxid: bigint): Request<void> {
  // Servers before 3.6 know only the first form.
  const isSecond = batch.persistent.length > 0 || batch.recursive.length > 0
  return {
    opcode: isSecond ? opcode.setWatches2 : opcode.setWatches,
    name: 'setWatches',
    path: '',
    write: (writer) => writeSetWatches(writer, relativeZxid, batch, isSecond),
    read: nothing,
  }
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
