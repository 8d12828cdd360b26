import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemPorts, type Ports, type Schema, type Sink, type Source } from '@ringkeeper/core'
import { builtInPlugin, PluginRegistry } from '@ringkeeper/streaming'
import { onTestFinished } from 'vitest'

const registry = new PluginRegistry([builtInPlugin])

/** A built-in sink made as a pipeline makes it. */
export async function makeSink(
  type: string,
  options: object,
  { target = 'north', worker = 'w1', codec = 'json', ports = systemPorts() as Ports } = {},
): Promise<Sink> {
  const component = registry.find('sink', type)
  if (!component) throw new Error(`no sink ${type}`)
  const config = await checked(component.schema, options)
  const sink = await component.create(config as never, { pipeline: 'p', worker, target, codec, ports })
  onTestFinished(() => sink[Symbol.asyncDispose]())
  return sink
}

/** A built-in source made as a pipeline makes it. */
export async function makeSource(type: string, options: object, ports: Ports = systemPorts()): Promise<Source> {
  const component = registry.find('source', type)
  if (!component) throw new Error(`no source ${type}`)
  const config = await checked(component.schema, options)
  const source = await component.create(config as never, { pipeline: 'p', worker: 'w1', ports })
  onTestFinished(() => source[Symbol.asyncDispose]())
  return source
}

async function checked(schema: Schema, options: object): Promise<unknown> {
  const result = await schema['~standard'].validate(options)
  if (result.issues) throw new Error(JSON.stringify(result.issues))
  return result.value
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringkeeper-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
