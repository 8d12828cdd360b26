import type { Logger } from '@ringkeeper/core'
import { pino } from 'pino'
import type { Redactor } from './config/redactor.ts'

/** From the most to the least. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** How much is logged. */
export type LogLevel = (typeof logLevels)[number]

/** Writes JSON lines to stderr, with secrets taken out. */
export function stderrLogger(level: LogLevel, redactor: Redactor, fields: Readonly<Record<string, unknown>>): Logger {
  const destination = { write: (line: string) => void process.stderr.write(redactor.text(line)) }
  const log = pino({ level, base: fields, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  return {
    debug: (message, data) => log.debug(data, message),
    info: (message, data) => log.info(data, message),
    warn: (message, data) => log.warn(data, message),
    error: (message, data) => log.error(data, message),
  }
}
