import { exitCodes, type AddCommand, type CommandIo } from '@ringkeeper/command-line'
import { errorFields, type Logger } from '@ringkeeper/core'
import { pipelineWarnings, rehearse, startPipeline, type Pipeline, type PipelineStatus } from '@ringkeeper/streaming'
import { Option } from 'commander'
import { loadConfig, type LoadedConfig } from '../config/load-config.ts'
import type { Redactor } from '../config/redactor.ts'
import { exitCodeOf } from '../exit-code-of.ts'
import { pipelineMetrics } from '../http/metrics.ts'
import { statusPages } from '../http/pages.ts'
import { StatusServer } from '../http/status-server.ts'
import { logLevels, stderrLogger, type LogLevel } from '../log.ts'
import { StopSignals } from '../stop-signals.ts'

/** `run FILE`: a worker, until a signal or the end of a bounded source. */
export function run(redactor: Redactor): AddCommand {
  return (program, io) => {
    program
      .command('run <file>')
      .description('Run a worker of a pipeline, until SIGTERM, SIGINT or the end of a bounded source')
      .addOption(
        new Option('-l, --log-level <level>', 'how much is logged to stderr').choices(logLevels).default('info'),
      )
      .action(async (file: string, { logLevel }: { readonly logLevel: LogLevel }) => {
        // Before anything else: a signal that comes early must not kill what has been opened.
        using stop = new StopSignals()
        const fields: { pipeline?: string } = {}
        try {
          const loaded = await loadConfig(file, redactor)
          fields.pipeline = loaded.config.pipeline
          const logger = stderrLogger(logLevel, redactor, fields)
          await runWorker(loaded, { redactor, stop: stop.signal, io, logger })
        } catch (error) {
          // On a terminal it is read as text, which is also what is left where nothing is logged.
          if (process.stderr.isTTY || logLevel === 'silent') throw error
          io.exitCode = exitCodeOf(error) ?? exitCodes.failed
          const failure = { ...errorFields(error), exitCode: io.exitCode }
          stderrLogger(logLevel, redactor, fields).error('the worker has failed', failure)
        }
      })
  }
}

interface WorkerSurroundings {
  readonly redactor: Redactor
  readonly stop: AbortSignal
  readonly io: CommandIo
  readonly logger: Logger
}

async function runWorker(
  { config, input, pluginOptions }: LoadedConfig,
  { redactor, stop, io, logger }: WorkerSurroundings,
): Promise<void> {
  for (const { path, message } of pipelineWarnings(config)) logger.warn(message, { path })
  let pipeline: Pipeline | undefined
  const status = (): PipelineStatus | undefined => pipeline?.status()
  const metrics = pipelineMetrics(status, config.pipeline)
  const address = (): string => server?.url ?? ''
  const pages = statusPages({ status, metrics, address, redactor })
  await using server = config.http && (await StatusServer.listen(config.http, pages))
  if (server) io.out(`status pages: ${server.url}\n`)
  try {
    // A worker on its own takes nothing over from anybody.
    if (config.coordination.type !== 'memory') await rehearse(config, { signal: stop })
    pipeline = await startPipeline(input, {
      ...pluginOptions,
      signal: stop,
      ports: { logger },
      ...(server && { address: server.url }),
    })
  } catch (error) {
    if (stop.aborted && error === stop.reason) return
    throw error
  }
  logger.info('the worker has joined its fleet', { worker: pipeline.worker, http: server?.url })
  // Draining and committing may each take the drain timeout; what hangs after that is left to the end of the session.
  const timeout = 2 * config.worker.drainTimeout + config.worker.writeTimeout
  const leave = (): void => {
    logger.info('the worker is leaving its fleet', { withinAtMost: `${timeout / 1000} s` })
    pipeline?.stop({ timeout }).catch(() => {})
  }
  stop.addEventListener('abort', leave, { once: true })
  await pipeline.done
  logger.info('the worker has left its fleet')
}
