/** One line of a report: a comparison with a rival, or a plain figure. */
export interface Row {
  readonly work: string
  /** Whom it was compared with; absent for a plain figure. */
  readonly rival?: string
  readonly unit: string
  readonly ours?: number
  readonly theirs?: number
  /** The median over the pairs of runs; which way round it is, `goal` tells. */
  readonly ratio?: number
  /** The lowest and highest ratio of a pair, or figure of a run. */
  readonly spread?: readonly [number, number]
  /** Such as ">= 5" or "0"; what has no goal is for information only. */
  readonly goal?: string
  readonly met?: boolean
  /** A goal that is aimed at but does not decide. */
  readonly stretch?: true
  /** Why it could not run. */
  readonly skipped?: string
}

/** Whether a figure reaches a goal such as ">= 5", "<= 1.1" or "0". */
function reaches(value: number, goal: string): boolean {
  const match = /^(>=|<=|)\s*([\d.]+)/.exec(goal)
  if (match === null) throw new Error(`the goal "${goal}" is not a number with >= or <= or nothing before it`)
  const wanted = Number(match[2])
  if (match[1] === '>=') return value >= wanted
  return match[1] === '<=' ? value <= wanted : value === wanted
}

/** A row for something that is not compared with anyone. */
export function figure(
  work: string,
  unit: string,
  values: readonly number[],
  goal?: string,
  { stretch = false }: { readonly stretch?: boolean } = {},
): Row {
  const ours = median(values)
  return {
    work,
    unit,
    ours,
    ...(values.length > 1 ? { spread: spreadOf(values) } : {}),
    ...verdict(ours, goal, stretch),
  }
}

/** A row for something that could not run here. */
export function skipped(work: string, unit: string, reason: string): Row {
  return { work, unit, skipped: reason }
}

export function verdict(
  value: number,
  goal: string | undefined,
  stretch: boolean,
): Pick<Row, 'goal' | 'met' | 'stretch'> {
  if (goal === undefined) return {}
  return { goal, met: reaches(value, goal), ...(stretch ? { stretch: true } : {}) }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function spreadOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)]
}
