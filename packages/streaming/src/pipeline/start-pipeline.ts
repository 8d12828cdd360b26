import { hostname } from 'node:os'
import { systemPorts, type Ports, type SourceIdentity } from '@ringkeeper/core'
import type { PipelineConfig } from '../config/pipeline-config.ts'
import type { PipelineInput } from '../config/pipeline-input.ts'
import { validatePipeline } from '../config/validate-pipeline.ts'
import type { FleetOptions } from '../fleet/fleet-options.ts'
import { joinFleet } from '../fleet/join-fleet.ts'
import { registryFor } from '../plugins/registry-for.ts'
import { PipelineHost } from '../shard/pipeline-host.ts'
import { Cleanup } from './cleanup.ts'
import { Components, makeCoordinator, positionFile } from './components.ts'
import { HandOvers } from './hand-overs.ts'
import type { Pipeline } from './pipeline.ts'
import { RunningPipeline } from './running-pipeline.ts'
import type { StartOptions } from './start-options.ts'
import { Targets } from './targets.ts'
import { targetsChecksum } from './targets-checksum.ts'
import { warmUp } from './warm-up.ts'
import { workerId } from './worker-id.ts'

/**
 * Starts a worker of a pipeline: joins the fleet, and reads, routes and writes the records of the shards it is given, until
 * it is stopped or a bounded source is at its end. Resolves when the worker is a member of the fleet.
 *
 * @param input - the configuration, as it would stand in a file.
 * @throws RK_STREAMING_CONFIG_INVALID, RK_STREAMING_PLUGIN_NOT_FOUND and others about plugins,
 * RK_STREAMING_RING_MISMATCH, RK_STREAMING_DUPLICATE_NODE_ID, RK_CORE_CONNECT_TIMEOUT,
 * RK_STREAMING_COMPONENT_TIMEOUT, RK_STREAMING_POSITION_FILE_IN_USE, and what components throw.
 *
 * @example
 * ```ts
 * const into = new MemoryRecords()
 * const pipeline = await startPipeline({
 *   pipeline: 'example',
 *   source: { type: 'generate', records: 1000 },
 *   route: { targets: [{ name: 'all', sink: { type: 'memory', into } }] },
 * })
 * await pipeline.done
 * console.log(into.records.length) // 1000
 * ```
 */
export async function startPipeline(input: PipelineInput, options: StartOptions = {}): Promise<Pipeline> {
  const { signal } = options
  const ports = systemPorts(options.ports)
  const registry = await registryFor(input, options)
  const config = await validatePipeline(input, registry)
  signal?.throwIfAborted()
  const worker = workerId(config.worker.id, ports.random)
  const components = new Components(registry, { pipeline: config.pipeline, worker, ports }, config.worker.startTimeout)
  await using cleanup = new Cleanup()
  const backend = options.coordinator ?? (await makeCoordinator(config, registry, ports, signal))
  const source = cleanup.use(await components.source(config.source, signal))
  const warming = new AbortController()
  cleanup.use({ [Symbol.asyncDispose]: async () => warming.abort() })
  void warmUp(source, ports.logger, warming.signal)
  const codec = await components.codec(config.codec, signal)
  const positions = options.coordinator ? undefined : await positionFile(config, source)
  if (positions) cleanup.use(positions)
  const targets = new Targets(components, config.codec)
  await using sinks = new Cleanup()
  const deadLetters = await targets.deadLetters(config.deadLetters, signal)
  if (deadLetters) sinks.use(deadLetters.sink)
  const specs = await targets.specs(config.route.targets, (made) => made, signal)
  for (const { sink } of specs) sinks.use(sink)
  const host = cleanup.use(
    new PipelineHost({
      ports,
      source,
      codec,
      positions,
      route: { ...config.route, targets: specs },
      deadLetters,
      settings: { ...config.worker, sessionTimeout: config.coordination.sessionTimeout },
      areTokensLasting: backend.name !== 'memory',
    }),
  )
  sinks.move() // They are the host's now.
  const handOvers = new HandOvers()
  const fleet = await joinFleet({
    ...fleetSettings(config, worker, components.sourceIdentity(config.source), ports),
    backend,
    source,
    host,
    member: { ...memberOf(config, options.address), targets: targetsChecksum(config.route.targets) },
    onShardState: (shard, state) => handOvers.note(shard, state),
    ...(signal && { signal }),
  })
  const validate = (changed: PipelineInput): Promise<PipelineConfig> => validatePipeline(changed, registry)
  return new RunningPipeline({
    input,
    config,
    worker,
    fleet,
    host,
    handOvers,
    targets,
    validate,
    cleanup: cleanup.move(),
    ports,
    signal,
  })
}

type FleetSettings = Omit<FleetOptions, 'backend' | 'source' | 'host' | 'member' | 'signal' | 'onShardState'>

function fleetSettings(
  { pipeline, coordination, worker, route }: PipelineConfig,
  nodeId: string,
  identity: SourceIdentity,
  ports: Ports,
): FleetSettings {
  const { root, sessionTimeout, serverTick } = coordination
  return {
    root,
    pipeline,
    nodeId,
    sessionTimeout,
    config: {
      hash: 'murmur3',
      'route.points': route.points,
      'route.key': route.key,
      ...named('source.', identity),
    },
    drainTimeout: worker.drainTimeout,
    connectTimeout: worker.startTimeout,
    // The host keeps the pace: what it asks for is written at once.
    mirrorInterval: 0,
    ...(serverTick !== undefined && { serverTick }),
    ports,
  }
}

/** The same options with a longer name, as they stand in a file. */
function named(prefix: string, options: SourceIdentity): SourceIdentity {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [`${prefix}${name}`, value]))
}

function memberOf({ worker }: PipelineConfig, http: string | undefined): FleetOptions['member'] {
  const { zone, weight, capacity } = worker
  return { host: hostname(), pid: process.pid, zone, weight, capacity, http }
}
