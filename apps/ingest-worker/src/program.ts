import type { ProgramDefinition } from '@ringkeeper/command-line'
import { resetConfigCommand } from './commands/reset-config.ts'
import { run } from './commands/run.ts'
import { schema } from './commands/schema.ts'
import { status } from './commands/status.ts'
import { validate } from './commands/validate.ts'
import { Redactor } from './config/redactor.ts'
import { exitCodeOf } from './exit-code-of.ts'

const epilogue = `Exit codes:
  0    stopped by SIGTERM or SIGINT after a drain, or at the end of a bounded source
  1    the pipeline cannot go on, the fleet has no worker (status), or has some (reset-config)
  64   the command line is wrong
  75   it may work later: no coordinator, a component that was not ready in time, or writes that did not settle
       until the drain deadline
  78   the configuration is wrong, not that of the pipeline's other workers, has the worker.id of one that runs, or does
       not fit this machine: the http port is taken, a file cannot be opened
  130  ended by a second SIGINT; 143 by a second SIGTERM`

/** The program `ringkeeper-ingest`. */
export function ingestProgram(version: string): ProgramDefinition {
  const redactor = new Redactor()
  return {
    name: 'ringkeeper-ingest',
    version,
    description:
      'The streaming ingest worker: reads a source, routes records through a hash ring, shares the shards in a fleet',
    commands: [run(redactor), validate(redactor), status(redactor), resetConfigCommand(redactor), schema],
    epilogue,
    exitCodeOf,
    redact: (text) => redactor.text(text),
  }
}
