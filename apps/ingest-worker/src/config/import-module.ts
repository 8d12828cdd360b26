import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as core from '@ringkeeper/core'
import * as streaming from '@ringkeeper/streaming'
import { createJiti } from 'jiti'
import * as ingestWorker from '../index.ts'

/** What a configuration may import although it is installed with this app only; the very copies that are in use here. */
const virtualModules = {
  '@ringkeeper/ingest-worker': ingestWorker,
  '@ringkeeper/streaming': streaming,
  '@ringkeeper/core': core,
}

/** Imports a module by its path or URL; TypeScript too, on every Node that this app runs on. */
export async function importModule(pathOrUrl: string): Promise<unknown> {
  const url = pathOrUrl.startsWith('file:') ? pathOrUrl : pathToFileURL(pathOrUrl).href
  // Node's own import gives a plugin the same copy of a package as everybody else; it cannot read TypeScript everywhere.
  if (!['.ts', '.mts'].includes(extname(url))) return await (import(url) as Promise<unknown>)
  return await createJiti(import.meta.url, { virtualModules, fsCache: false }).import(fileURLToPath(url))
}
