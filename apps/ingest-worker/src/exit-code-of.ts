import { exitCodes } from '@ringkeeper/command-line'
import { isRingkeeperError } from '@ringkeeper/core'

/** Beginnings of the codes of errors that a change of the configuration ends. */
const configCodes = [
  'RK_INGEST_CONFIG_',
  'RK_INGEST_PORT_TAKEN',
  'RK_INGEST_NO_SHARED_FLEET',
  'RK_STREAMING_CONFIG_',
  'RK_STREAMING_PLUGIN_',
  'RK_STREAMING_NOT_A_PLUGIN',
  'RK_STREAMING_DUPLICATE_COMPONENT',
  'RK_STREAMING_RING_MISMATCH',
  'RK_STREAMING_DUPLICATE_NODE_ID',
  'RK_STREAMING_FILE_UNUSABLE',
  'RK_STREAMING_POSITION_FILE_IN_USE',
  'RK_CORE_SESSION_TIMEOUT_TOO_SHORT',
]

/** Beginnings of the codes of errors that may be gone later. */
const temporaryCodes = ['RK_CORE_CONNECT_TIMEOUT', 'RK_STREAMING_COMPONENT_TIMEOUT', 'RK_STREAMING_LEAVE_UNFINISHED']

/** The exit code for an error that a command threw. */
export function exitCodeOf(thrown: unknown): number | undefined {
  if (!isRingkeeperError(thrown)) return undefined
  const isOne = (begin: string): boolean => thrown.code.startsWith(begin)
  if (configCodes.some(isOne)) return exitCodes.config
  return temporaryCodes.some(isOne) ? exitCodes.temporary : undefined
}
