import * as zlib from 'node:zlib'
import { kafkaErrors } from '../errors.ts'
import { decompressSnappy } from './snappy-frames.ts'

/** Makes the records of a batch out of its compressed bytes; throws when they are not compressed that way. */
export type Decompress = (bytes: Buffer) => Uint8Array

type Block = (bytes: Uint8Array) => Uint8Array

/** How a kind of compression is read: by Node itself, or by a package that the user installs. */
interface Kind {
  readonly name: string
  readonly builtIn?: Block | undefined
  readonly package?: string
  readonly fromPackage?: (module: Readonly<Record<string, Block>>) => Decompress
}

/** Present from Node 22.15 on; its types say that it always is. */
const builtInZstd = (zlib as { readonly zstdDecompressSync?: Block }).zstdDecompressSync

/** By the number in a batch's attributes. */
const kinds: readonly Kind[] = [
  { name: 'none' },
  { name: 'gzip', builtIn: (bytes) => zlib.gunzipSync(bytes) },
  {
    name: 'snappy',
    package: 'snappy',
    fromPackage:
      ({ uncompressSync }) =>
      (bytes) =>
        decompressSnappy(bytes, uncompressSync as Block),
  },
  { name: 'lz4', package: 'lz4-napi', fromPackage: ({ decompressFrameSync }) => decompressFrameSync as Block },
  { name: 'zstd', builtIn: builtInZstd, package: 'fzstd', fromPackage: ({ decompress }) => decompress as Block },
]

/** The kinds of compression that can be read so far. One for each source: packages are imported at first use. */
export class Decompressors {
  readonly #ready = new Map<number, Decompress>()

  /** The way to read `codec`; `undefined` as long as it was not loaded. */
  get(codec: number): Decompress | undefined {
    return this.#ready.get(codec)
  }

  /**
   * Makes `codec` ready.
   *
   * @throws `RK_KAFKA_CODEC_MISSING` when its package is not installed, `RK_KAFKA_UNKNOWN_CODEC` for other numbers.
   */
  async load(codec: number): Promise<void> {
    const kind = kinds[codec]
    if (!kind || codec === 0) throw kafkaErrors.UNKNOWN_CODEC({ codec })
    this.#ready.set(codec, kind.builtIn ?? (await loadPackage(kind)))
  }
}

async function loadPackage(kind: Kind): Promise<Decompress> {
  const name = kind.package as string
  let module: { readonly default?: unknown }
  try {
    module = (await import(name)) as typeof module
  } catch (cause) {
    throw kafkaErrors.CODEC_MISSING({ codec: kind.name, package: name }, { cause })
  }
  // Packages in CommonJS may show their functions only on the default export.
  const functions = { ...(module.default as object | undefined), ...module } as unknown as Record<string, Block>
  return (kind.fromPackage as NonNullable<Kind['fromPackage']>)(functions)
}
