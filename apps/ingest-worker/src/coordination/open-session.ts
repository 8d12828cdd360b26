import { systemPorts, type Coordinator } from '@ringkeeper/core'
import { makeCoordinator } from '@ringkeeper/streaming'
import type { LoadedConfig } from '../config/load-config.ts'
import { ingestErrors } from '../errors.ts'

/**
 * A session on the tree of a pipeline's fleet, for a command that looks at it.
 *
 * @throws RK_INGEST_NO_SHARED_FLEET, RK_CORE_CONNECT_TIMEOUT
 */
export async function openSession({ config, registry }: LoadedConfig): Promise<Coordinator> {
  const { type, sessionTimeout } = config.coordination
  if (type === 'memory') throw ingestErrors.NO_SHARED_FLEET({ type })
  const backend = await makeCoordinator(config, registry, systemPorts())
  return await backend.connect({ sessionTimeout, timeout: config.worker.startTimeout })
}
