import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { messageOf } from '@ringkeeper/core'
import { parse as parseYaml } from 'yaml'
import { ingestErrors } from '../errors.ts'
import { importModule } from './import-module.ts'

/**
 * The content of a configuration file: YAML, JSON, or the default export of a TypeScript or JavaScript module, which may
 * also be a function that returns it.
 *
 * @throws RK_INGEST_CONFIG_UNREADABLE, RK_INGEST_CONFIG_SYNTAX or RK_INGEST_CONFIG_KIND
 */
export async function readConfigFile(file: string): Promise<unknown> {
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
      return parse(file, await read(file), (text) => parseYaml(text, { merge: true }) as unknown)
    case '.json':
      return parse(file, await read(file), (text) => JSON.parse(text) as unknown)
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return await runModule(file)
    default:
      throw ingestErrors.CONFIG_KIND({ file })
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw ingestErrors.CONFIG_UNREADABLE({ file, reason: messageOf(cause) }, { cause })
  }
}

function parse(file: string, text: string, parser: (text: string) => unknown): unknown {
  let config: unknown
  try {
    config = parser(text)
  } catch (cause) {
    throw ingestErrors.CONFIG_SYNTAX({ file, reason: messageOf(cause) }, { cause })
  }
  if (config === null) throw ingestErrors.CONFIG_SYNTAX({ file, reason: 'it is empty' })
  return config
}

async function runModule(file: string): Promise<unknown> {
  await read(file)
  let config: unknown
  try {
    const module = (await importModule(resolve(file))) as { readonly default?: unknown }
    config = typeof module.default === 'function' ? await (module.default as () => unknown)() : module.default
  } catch (cause) {
    throw ingestErrors.CONFIG_SYNTAX({ file, reason: messageOf(cause) }, { cause })
  }
  if (config === undefined)
    throw ingestErrors.CONFIG_SYNTAX({ file, reason: 'its default export must be the configuration' })
  return config
}
