import type { AddCommand } from '@ringkeeper/command-line'
import { readFleet, resetConfig } from '@ringkeeper/streaming'
import { loadConfig, type LoadedConfig } from '../config/load-config.ts'
import type { Redactor } from '../config/redactor.ts'
import { openSession } from '../coordination/open-session.ts'
import { ingestErrors } from '../errors.ts'

/** `reset-config FILE`: lets a pipeline's next worker decide anew what all of them have in common. */
export function resetConfigCommand(redactor: Redactor): AddCommand {
  return (program, io) => {
    program
      .command('reset-config <file>')
      .description("Forget what a pipeline's workers have agreed on, such as route.points; stop them before")
      .option('--force', 'also while workers are running: those that start later do not agree with them')
      .action(async (file: string, { force = false }: { readonly force?: boolean }) =>
        io.out(await reset(await loadConfig(file, redactor), force)),
      )
  }
}

async function reset(loaded: LoadedConfig, force: boolean): Promise<string> {
  const { pipeline, coordination } = loaded.config
  const { root } = coordination
  await using session = await openSession(loaded)
  const removed = await resetConfig(session, root, pipeline, { force })
  if (removed) return `removed ${removed.path}, which held ${removed.content}\nthe positions of the shards stay\n`
  if (!(await readFleet(session, root, pipeline))) throw ingestErrors.NO_FLEET({ pipeline, root })
  return `the workers of the pipeline ${pipeline} have not agreed on anything: there is nothing to remove\n`
}
