/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where, such as `route.targets[0].weight`; empty for the whole file. */
  readonly path: string
  /** What stands there; `undefined` when nothing does. */
  readonly value: unknown
  /** What was expected, or what to do. */
  readonly message: string
}

/** Problems as lines for people. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  return problems.map((problem) => `  ${formatProblem(problem)}`).join('\n')
}

function formatProblem({ path, value, message }: ConfigProblem): string {
  const where = path === '' ? 'the configuration' : path
  return value === undefined ? `${where}: ${message}` : `${where} is ${shown(value)}: ${message}`
}

/** A value as short text. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`
}
