import { formatProblems, type ConfigProblem } from './problem.ts'

/** What can be wrong with a pipeline's configuration. */
export const configErrorTable = {
  CONFIG_INVALID: (data: { readonly problems: readonly ConfigProblem[] }): string =>
    `the pipeline's configuration is not valid:\n${formatProblems(data.problems)}`,
}
