/** One measured thing. A ratio has a rival; a plain count, such as lost records, has not. */
export interface Row {
  readonly work: string
  /** Who is compared with; absent for a plain count. */
  readonly rival?: string
  readonly unit: string
  readonly ours?: number
  readonly theirs?: number
  /** The median of the pairs' ratios. */
  readonly ratio?: number
  /** The lowest and the highest, of the pairs' ratios or of the counts. */
  readonly spread?: readonly [number, number]
  /** What it should be, such as `>= 5`, `<= 60` or `0`; absent for a row that only informs. */
  readonly goal?: string
  /** A goal beyond the goal: printed, never decisive. */
  readonly stretch?: boolean
  /** Why it could not run. */
  readonly skipped?: string
}

/** A row with the verdict on its goal, if it has one. */
export interface JudgedRow extends Row {
  readonly met?: boolean
}

/** What a bench or verify command writes. */
export interface Figures {
  readonly command: string
  readonly versions: Readonly<Record<string, string>>
  readonly rows: readonly JudgedRow[]
}

/** Compares each row's ratio, or its count, with its goal. */
export function judge(rows: readonly Row[]): JudgedRow[] {
  return rows.map((row) => {
    if (row.goal === undefined || row.skipped !== undefined) return row
    const value = row.ratio ?? row.ours
    return { ...row, met: value !== undefined && meets(value, row.goal) }
  })
}

/** Whether every goal that decides is met. */
export function allMet(rows: readonly JudgedRow[]): boolean {
  return rows.every((row) => row.met !== false || row.stretch === true)
}

/** @throws when the goal is not one of `>= n`, `<= n`, `> n`, `< n`, `n`. */
export function meets(value: number, goal: string): boolean {
  const match = /^(>=|<=|>|<|)\s*(-?[\d.]+(?:e-?\d+)?)$/.exec(goal.trim())
  if (!match) throw new Error(`${goal} is not a goal; write it as >= 5 or 0`)
  const bound = Number(match[2])
  if (match[1] === '>=') return value >= bound
  if (match[1] === '<=') return value <= bound
  if (match[1] === '>') return value > bound
  if (match[1] === '<') return value < bound
  return value === bound
}
