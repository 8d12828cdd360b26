import { systemPorts } from '@ringkeeper/core'
import { fileSink } from '../../src/sinks/file/file-sink.ts'
import { batchOf, chunkOf } from './batch.ts'

// Writes 5,000 records to the file that it is given, in a process that may not write as much, and prints what was not written.
const context = { pipeline: 'p', target: 'north', worker: 'w1', codec: 'json', ports: systemPorts() }
const path = process.argv[2] as string
await using sink = await fileSink.create({ path, fsync: false } as never, context)
const many = batchOf(Array.from({ length: 5000 }, (_, i) => ({ value: String(i) })))
const failures = (await sink.write([chunkOf(many)], { signal: new AbortController().signal, timeout: 60_000 })) ?? []
console.log(
  JSON.stringify({
    failed: failures.map(({ index }) => index),
    code: (failures[0]?.error as NodeJS.ErrnoException | undefined)?.code,
  }),
)
