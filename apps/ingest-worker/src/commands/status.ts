import { exitCodes, type AddCommand } from '@ringkeeper/command-line'
import { readFleet, type FleetView } from '@ringkeeper/streaming'
import { loadConfig, type LoadedConfig } from '../config/load-config.ts'
import type { Redactor } from '../config/redactor.ts'
import { openSession } from '../coordination/open-session.ts'
import { ingestErrors } from '../errors.ts'
import { toJson } from '../http/json.ts'
import { fleetText } from './fleet-text.ts'

/** `status FILE`: the fleet as the coordinator shows it. */
export function status(redactor: Redactor): AddCommand {
  return (program, io) => {
    program
      .command('status <file>')
      .description("Show a pipeline's fleet: its workers, its leader, and who owns which shard")
      .option('--json', 'print JSON')
      .action(async (file: string, { json }: { readonly json?: boolean }) => {
        const loaded = await loadConfig(file, redactor)
        const view = await readView(loaded)
        const { pipeline } = loaded.config
        io.out(json === true ? `${toJson({ pipeline, ...view })}\n` : fleetText(pipeline, view))
        if (view.members.length === 0) io.exitCode = exitCodes.failed
      })
  }
}

async function readView(loaded: LoadedConfig): Promise<FleetView> {
  const { pipeline, coordination } = loaded.config
  await using session = await openSession(loaded)
  const view = await readFleet(session, coordination.root, pipeline)
  if (!view) throw ingestErrors.NO_FLEET({ pipeline, root: coordination.root })
  return view
}
