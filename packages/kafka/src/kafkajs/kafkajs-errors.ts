import { isAlive } from './connection.ts'
import type { InnerConnection } from './inside.ts'

/** Kafka's codes for a login that it does not take: unsupported mechanism, illegal state, failed authentication. */
const refusedLogins: ReadonlySet<number> = new Set([33, 34, 58])

interface KafkajsError {
  readonly name?: unknown
  readonly code?: unknown
  readonly message?: unknown
}

/** Kafka's code in an error of kafkajs; `undefined` for one that is no answer of a broker. */
export function kafkaCodeOf(error: unknown): number | undefined {
  const { name, code } = error as KafkajsError
  return name === 'KafkaJSProtocolError' && typeof code === 'number' ? code : undefined
}

/**
 * Whether a broker answered that it does not want this login. kafkajs says so also when the connection was lost or
 * nobody answered during a login: then the same login may succeed later.
 */
export function isLoginRefused(connection: InnerConnection, error: unknown): boolean {
  const kafkaCode = kafkaCodeOf(error)
  if (kafkaCode !== undefined) return refusedLogins.has(kafkaCode)
  const { name, message } = error as KafkajsError
  return name === 'KafkaJSSASLAuthenticationError' && isAlive(connection) && !String(message).endsWith('timed out')
}
