import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'

/** Packages that a configuration may import although they are installed with this app only. */
const provided = ['@ringkeeper/ingest-worker', '@ringkeeper/streaming', '@ringkeeper/core']

/** Imports a module by its path or URL; TypeScript too, on every Node that this app runs on. */
export async function importModule(pathOrUrl: string): Promise<unknown> {
  const url = pathOrUrl.startsWith('file:') ? pathOrUrl : pathToFileURL(pathOrUrl).href
  // Node's own import gives a plugin the same copy of a package as everybody else; it cannot read TypeScript everywhere.
  if (!['.ts', '.mts'].includes(extname(url))) return await (import(url) as Promise<unknown>)
  const alias = Object.fromEntries(provided.map((name) => [name, fileURLToPath(import.meta.resolve(name))]))
  return await createJiti(import.meta.url, { alias, fsCache: false }).import(fileURLToPath(url))
}
