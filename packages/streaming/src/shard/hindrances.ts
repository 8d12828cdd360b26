import type { Ports, Source, Trouble } from '@ringkeeper/core'
import type { PositionKeeper } from './position-keeper.ts'

/** What keeps a worker from its work, though it is in the fleet. */
export interface Hindrance {
  readonly what: 'reading' | 'committing'
  readonly reason: string
  /** Milliseconds. */
  readonly duration: number
  /** Whether it lasts for longer than `stallTimeout`. */
  readonly isLasting: boolean
}

/** What a {@link Hindrance} is made of. */
export interface HindranceContext {
  readonly source: Source
  readonly keeper: PositionKeeper
  readonly ports: Ports
  readonly stallTimeout: number
}

/** What hinders a worker at this moment. */
export function hindrances({ source, keeper, ports, stallTimeout }: HindranceContext): Hindrance[] {
  const now = ports.clock.monotonic()
  const of = (what: Hindrance['what'], trouble: Trouble | undefined): Hindrance[] => {
    if (!trouble) return []
    const duration = now - trouble.since
    return [{ what, reason: trouble.reason, duration, isLasting: duration > stallTimeout }]
  }
  return [...of('reading', source.trouble), ...of('committing', keeper.trouble)]
}
