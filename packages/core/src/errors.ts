const brand = Symbol.for('ringkeeper.error')

/** What an error can carry besides its data. */
export interface ErrorCause {
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * The one error class of all Ringkeeper packages. Tell errors apart by `code`, which is stable; the message is for
 * people and names the value and the option to change.
 *
 * @example
 * ```ts
 * try {
 *   new HashRing(['a', 'a'])
 * } catch (error) {
 *   if (isRingkeeperError(error, 'RK_HASHING_DUPLICATE_NODE')) console.log(error.data)
 * }
 * ```
 */
export class RingkeeperError<Code extends string = string, Data extends object = object> extends Error {
  readonly code: Code
  readonly data: Data

  constructor(code: Code, message: string, data: Data, options: ErrorCause = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'RingkeeperError'
    this.code = code
    this.data = data
    Object.defineProperty(this, brand, { value: true })
  }
}

/**
 * Whether a caught value is a {@link RingkeeperError}, with that code if one is given. Also right for errors of
 * another copy of this package. Never throws.
 */
export function isRingkeeperError<Code extends string = string>(
  value: unknown,
  code?: Code,
): value is RingkeeperError<Code> {
  if (typeof value !== 'object' || value === null) return false
  if ((value as Record<symbol, unknown>)[brand] !== true) return false
  return code === undefined || (value as { code?: unknown }).code === code
}

/** One line per code: its name without the prefix, and the message made from the error's data. */
export type ErrorTable = Readonly<Record<string, (data: never) => string>>

/** Makes one kind of error from its data. */
export interface ErrorFactory<Code extends string, Data extends object> {
  (data: Data, options?: ErrorCause): RingkeeperError<Code, Data>
  readonly code: Code
}

/** The factories of a package's errors, by the name without the prefix. */
export type DefinedErrors<Prefix extends string, Table extends ErrorTable> = {
  readonly [Name in keyof Table & string]: Table[Name] extends (data: infer Data extends object) => string
    ? ErrorFactory<`${Prefix}${Name}`, Data>
    : never
}

/**
 * Declares the error codes of a package or plugin in one table.
 *
 * @example
 * ```ts
 * const table = {
 *   BAD_WEIGHT: (data: { node: string; weight: number }): string =>
 *     `node ${data.node} has weight ${data.weight}; give a number of 0 or more as its weight`,
 * }
 * const errors: DefinedErrors<'ACME_', typeof table> = defineErrors('ACME_', table)
 * throw errors.BAD_WEIGHT({ node: 'a', weight: -1 }) // code ACME_BAD_WEIGHT
 * ```
 */
export function defineErrors<const Prefix extends string, const Table extends ErrorTable>(
  prefix: Prefix,
  table: Table,
): DefinedErrors<Prefix, Table> {
  const factories = Object.entries(table).map(([name, message]) => {
    const code = `${prefix}${name}`
    const factory = (data: object, options?: ErrorCause): RingkeeperError =>
      new RingkeeperError(code, message(data as never), data, options)
    return [name, Object.assign(factory, { code })]
  })
  return Object.fromEntries(factories) as DefinedErrors<Prefix, Table>
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  try {
    return String(thrown)
  } catch {
    return 'an error that has no text'
  }
}

/** Anything that was thrown as the fields of a log line: its message, and its code where it has one. */
export function errorFields(thrown: unknown): { readonly error: string; readonly code?: string } {
  const { code } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as { readonly code?: unknown }
  return { ...(typeof code === 'string' && { code }), error: messageOf(thrown) }
}
