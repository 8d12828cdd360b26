import type { Schema, SchemaIssue } from '@ringkeeper/core'
import { formatPath, type ConfigPath } from './config-path.ts'
import { nearest } from './nearest.ts'
import type { ConfigProblem } from './problem.ts'
import { propertiesAt, type JsonSchema } from './json-schema-properties.ts'

/** What zod adds to the issues of the Standard Schema specification. */
interface DetailedIssue extends SchemaIssue {
  readonly code?: string
  readonly keys?: readonly string[]
  readonly errors?: readonly (readonly DetailedIssue[])[]
}

/** Where a validated value stands. */
export interface Place {
  /** The path of the value in the whole configuration. */
  readonly base: ConfigPath
  /** Names beside those of the schema, which others take care of. */
  readonly otherNames: readonly string[]
}

/** Turns what a schema found wrong into problems that name the path, the value and what was expected. */
export function problemsOf(
  issues: readonly SchemaIssue[],
  input: unknown,
  schema: Schema,
  { base, otherNames }: Place = { base: [], otherNames: [] },
): ConfigProblem[] {
  const jsonSchema = jsonSchemaOf(schema)
  return issues.flatMap((issue) => describe(issue, []))

  function describe(issue: DetailedIssue, above: ConfigPath): ConfigProblem[] {
    const path = [...above, ...pathOf(issue)]
    if (issue.code === 'unrecognized_keys' && issue.keys) {
      const known = [...new Set([...(path.length === 0 ? otherNames : []), ...propertiesAt(jsonSchema, path)])]
      return issue.keys.map((key) => unknownOption([...path, key], key, known))
    }
    const branch = issue.code === 'invalid_union' && issue.message === 'Invalid input' ? mostSpecific(issue) : undefined
    if (branch) return branch.flatMap((inner) => describe(inner, path))
    const value = valueAt(input, path)
    const expected = expectation(issue.message)
    const message = value === undefined && expected.startsWith('expected') ? `missing; ${expected}` : expected
    return [{ path: formatPath([...base, ...path]), value, message }]
  }

  function unknownOption(path: ConfigPath, key: string, known: readonly string[]): ConfigProblem {
    const meant = nearest(key, known)
    const hint = meant === undefined ? '' : `, did you mean ${meant}?`
    const list = known.length === 0 ? '' : `; known: ${known.join(', ')}`
    return {
      path: formatPath([...base, ...path]),
      value: valueAt(input, path),
      message: `there is no such option${hint}${list}`,
    }
  }
}

/** The JSON Schema of what may be written, if the schema can tell. */
export function jsonSchemaOf(schema: Schema): JsonSchema | undefined {
  // What zod cannot say in JSON Schema, such as an instance of a class, then passes as anything.
  const options = { target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } } as const
  try {
    return schema['~standard'].jsonSchema?.input(options)
  } catch {
    return undefined // Others refuse; then there are no hints.
  }
}

function pathOf(issue: SchemaIssue): ConfigPath {
  return (issue.path ?? []).map((step) => {
    const key = typeof step === 'object' ? step.key : step
    return typeof key === 'number' ? key : String(key)
  })
}

function valueAt(input: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    input,
  )
}

/** Of the ways that a value could have been valid, the one that it came closest to: not refused as a whole. */
function mostSpecific(issue: DetailedIssue): readonly DetailedIssue[] | undefined {
  const isInside = (found: DetailedIssue): boolean => pathOf(found).length > 0 || found.code === 'unrecognized_keys'
  return issue.errors?.find((branch) => branch.some(isInside))
}

/** Schemas say "Invalid input: expected string, received number"; the value is shown beside it. */
function expectation(message: string): string {
  return message.replace(/^(Invalid (input|option|string)|Too (small|big)): /, '').replace(/, received \w+$/, '')
}
