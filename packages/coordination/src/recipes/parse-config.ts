import { messageOf, type Schema, type SchemaIssue } from '@ringkeeper/core'
import { coordinationErrors } from '../errors.ts'

/** @throws `RK_COORDINATION_INVALID_CONFIG`. */
export async function parseConfig<T>(
  schema: Schema<T>,
  path: string,
  stored: { readonly data: Uint8Array; readonly version: number },
): Promise<T> {
  const { version } = stored
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(stored.data))
  } catch (cause) {
    throw coordinationErrors.INVALID_CONFIG({ path, version, issues: [messageOf(cause)] }, { cause })
  }
  const result = await schema['~standard'].validate(json)
  if (result.issues) throw coordinationErrors.INVALID_CONFIG({ path, version, issues: result.issues.map(describe) })
  return result.value
}

/** @throws `RK_COORDINATION_INVALID_UPDATE`. */
export async function validateConfig<T>(
  schema: Schema<T>,
  path: string,
  next: T,
): Promise<{ readonly value: T; readonly data: Uint8Array }> {
  const result = await schema['~standard'].validate(next)
  if (result.issues) throw coordinationErrors.INVALID_UPDATE({ path, issues: result.issues.map(describe) })
  return { value: result.value, data: new TextEncoder().encode(JSON.stringify(next)) }
}

function describe({ path = [], message }: SchemaIssue): string {
  const where = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return where === '' ? message : `${where}: ${message}`
}
