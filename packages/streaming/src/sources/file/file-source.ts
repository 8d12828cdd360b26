import { isAbsolute } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  defineSource,
  sleep,
  type Ports,
  type Shard,
  type ShardReader,
  type Source,
  type SourceComponent,
} from '@ringkeeper/core'
import { glob } from 'tinyglobby'
import { streamingErrors } from '../../errors.ts'
import { FileReader } from './file-reader.ts'
import { fileSourceSchema, type FileSourceOptions } from './options.ts'

/** Reads lines of files, usually NDJSON. Each file is a shard; positions are byte offsets: files must only be appended to. */
export const fileSource: SourceComponent = defineSource<FileSourceOptions>({
  type: 'file',
  schema: fileSourceSchema,
  identity: ({ path, key }) => ({ path: [...path].sort(), key }),
  create: (options, { ports }) => new FileSource(options, ports),
})

class FileSource implements Source {
  readonly bounded: boolean
  readonly #options: FileSourceOptions
  readonly #ports: Ports

  constructor(options: FileSourceOptions, ports: Ports) {
    this.bounded = !options.follow
    this.#options = options
    this.#ports = ports
  }

  async *shards({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<readonly Shard[]> {
    const { path, follow, pollInterval } = this.#options
    for (let known: readonly string[] | undefined; ;) {
      const files = await matches(path)
      if (files.length === 0 && !follow) throw streamingErrors.NO_FILES({ path, folder: process.cwd() })
      if (!isDeepStrictEqual(files, known)) yield files.map((topic) => ({ topic, partition: 0 }))
      if (!follow) return
      known = files
      await sleep(pollInterval, this.#ports.timers, signal)
    }
  }

  startPosition(): Promise<number> {
    return Promise.resolve(0)
  }

  open(shard: Shard, position: number): Promise<ShardReader> {
    return FileReader.open(shard, position, this.#options, this.#ports)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The files that match, in order. Named as the pattern is: relative to the working directory or not. */
async function matches(patterns: readonly string[]): Promise<string[]> {
  const options = { expandDirectories: false, dot: true }
  const relative = patterns.filter((pattern) => !isAbsolute(pattern))
  const absolute = patterns.filter((pattern) => isAbsolute(pattern))
  const found = [await glob(relative, options), await glob(absolute, { ...options, absolute: true })]
  return [...new Set(found.flat())].toSorted()
}
