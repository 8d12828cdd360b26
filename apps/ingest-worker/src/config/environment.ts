import { formatPath, type ConfigPath, type ConfigProblem } from '@ringkeeper/streaming'
import { isSecretName, isSecretPath, plainPassword } from './secret-places.ts'

/** A configuration with its `${ENV}` replaced. */
export interface ResolvedConfig {
  readonly config: unknown
  /** Values that must not be shown. */
  readonly secrets: ReadonlySet<string>
  /** Places whose whole value came from the environment, and so is text whatever it should be. */
  readonly fromEnvironment: ReadonlySet<string>
  readonly problems: readonly ConfigProblem[]
}

/** `${NAME}`, `${NAME:-default}`; `$${NAME}` stands for the text `${NAME}`. */
const reference = /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

type Environment = Readonly<Record<string, string | undefined>>

/** Replaces `${ENV}` and `${ENV:-default}` in all text of a configuration, and finds secrets that stand there in plain text. */
export function resolveEnvironment(config: unknown, environment: Environment): ResolvedConfig {
  const secrets = new Set<string>()
  const fromEnvironment = new Set<string>()
  const problems: ConfigProblem[] = []
  return { config: visit(config, []), secrets, fromEnvironment, problems }

  function visit(value: unknown, path: ConfigPath): unknown {
    if (typeof value === 'string') return resolveText(value, path)
    if (typeof value === 'number' && isSecretPath(path)) return refusePlain(value, path)
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]))
    if (!isPlainObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]))
  }

  function resolveText(text: string, path: ConfigPath): string {
    const isSecret = isSecretPath(path)
    let hasReference = false
    const resolved = text.replaceAll(reference, (whole, escape: string, name: string, fallback: string | undefined) => {
      if (escape !== '') return whole.slice(1)
      hasReference = true
      if (isSecret && fallback !== undefined && fallback !== '') refuseDefault(name, path)
      // As in a shell, `:-` also stands in for an empty value.
      const given = environment[name]
      const value = fallback !== undefined && (given ?? '') === '' ? fallback : given
      if (value === undefined) missing(name, text, path)
      else if (value !== '' && (isSecret || isSecretName(name))) secrets.add(value)
      return value ?? ''
    })
    if (isSecret && !hasReference && text !== '') refusePlain(text, path)
    else if (plainPassword(text)) refusePlain(text, path)
    if (isSecret && resolved !== '') secrets.add(resolved)
    if (hasReference && text.match(reference)?.[0] === text) fromEnvironment.add(formatPath(path))
    return resolved
  }

  function missing(name: string, text: string, path: ConfigPath): void {
    const message = `the environment variable ${name} is not set; set it, or give a default as \${${name}:-default}`
    problems.push({ path: formatPath(path), value: text, message })
  }

  function refusePlain<Value>(value: Value, path: ConfigPath): Value {
    secrets.add(String(value))
    problems.push({
      path: formatPath(path),
      value: '[redacted]',
      message: 'a secret must not stand here in plain text; put it into an environment variable and write ${NAME}',
    })
    return value
  }

  function refuseDefault(name: string, path: ConfigPath): void {
    const message = `a secret must not have its default in plain text; write \${${name}}`
    problems.push({ path: formatPath(path), value: '[redacted]', message })
  }
}

/** Instances of classes, such as a place to collect records, pass as they are. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
