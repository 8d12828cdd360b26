const unit: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A number of milliseconds, or text such as `250ms`, `4s`, `1.5m`, `2h`, `7d`. */
export type Duration = number | string

/** Milliseconds of a {@link Duration}; `undefined` when it is not one, or is negative or not finite. */
export function parseDuration(duration: unknown): number | undefined {
  if (typeof duration === 'number') return Number.isFinite(duration) && duration >= 0 ? duration : undefined
  if (typeof duration !== 'string') return undefined
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(duration.trim())
  return match ? Number(match[1]) * (unit[match[2] as string] as number) : undefined
}
