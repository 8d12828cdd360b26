import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** One line that a sink wrote, reduced to what the checks need. */
export interface Written {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly worker: string
  readonly token: bigint
  /** Milliseconds since the epoch. */
  readonly at: number
}

interface Envelope {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly worker: string
  readonly token: string
  readonly writtenAt: number
}

/**
 * All lines of a folder's files, each file in its own order. A killed worker may leave one cut line, and only as the last
 * of a file; any other line that is not whole is an error.
 */
export async function readWritten(folder: string): Promise<Written[]> {
  const written: Written[] = []
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.ndjson')).toSorted()) {
    let cut: string | undefined
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      if (cut !== undefined) throw new Error(`${name} has a line that is not whole before its end: ${cut.slice(0, 80)}`)
      const envelope = parse(line)
      if (envelope === undefined) cut = line
      else {
        const { partition, offset, key, worker, token, writtenAt } = envelope
        written.push({ partition, offset, key, worker, token: BigInt(token), at: writtenAt })
      }
    }
  }
  return written
}

function parse(line: string): Envelope | undefined {
  try {
    return JSON.parse(line) as Envelope
  } catch {
    return undefined
  }
}
