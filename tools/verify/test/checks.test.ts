import { describe, expect, it } from 'vitest'
import { duplicates, lost, orderViolations, overlaps, tenures } from '../src/fleet/checks.ts'
import { handOvers, pausesOfUnmoved } from '../src/fleet/pauses.ts'
import type { FleetEvent } from '../src/fleet/scenario.ts'
import type { Written } from '../src/fleet/written.ts'

const line = (offset: number, at: number, rest: Partial<Written> = {}): Written => ({
  partition: 0,
  key: 'k',
  worker: 'a',
  token: 1n,
  offset,
  at,
  ...rest,
})

describe('the checks of the fleet', () => {
  it('counts records that no file has', () => {
    expect(lost([line(0, 1), line(2, 2)], new Map([[0, 4]]))).toBe(2)
  })

  it('explains a duplicate only by a kill, and only at or above the committed offset', () => {
    const written = [line(4, 1), line(5, 2), line(4, 3, { token: 2n }), line(5, 4, { token: 2n })]
    const killed = [{ worker: 'a', committed: new Map([[0, 5]]) }]
    expect(duplicates(written, killed)).toEqual({ all: 2, unexplained: 1 })
    expect(duplicates(written, [])).toEqual({ all: 2, unexplained: 2 })
  })

  it('sees a record behind a later one of its key, and allows a new owner to begin earlier', () => {
    expect(orderViolations([line(2, 1), line(1, 2)])).toBe(1)
    expect(orderViolations([line(1, 1), line(2, 1, { key: 'other' }), line(1, 1, { key: 'third' })])).toBe(0)
    expect(orderViolations([line(1, 1), line(2, 2), line(1, 3, { token: 2n }), line(2, 4, { token: 2n })])).toBe(0)
    expect(orderViolations([line(2, 2), line(1, 3, { token: 2n })])).toBe(1)
    const rewound = [line(1, 1), line(2, 2), line(3, 3), line(1, 4, { token: 2n }), line(2, 5, { token: 3n })]
    expect(orderViolations([...rewound, line(3, 6, { token: 3n }), line(4, 7, { token: 3n })])).toBe(0)
  })

  it('sees a write under an old token after the new owner began', () => {
    const written = [line(1, 10), line(2, 30), line(3, 20, { token: 2n, worker: 'b' })]
    expect(overlaps(tenures(written))).toBe(1)
    expect(overlaps(tenures([line(1, 10), line(3, 20, { token: 2n, worker: 'b' })]))).toBe(0)
  })

  it('measures hand-overs, and the pauses of partitions that did not move', () => {
    const event: FleetEvent = { type: 'join', worker: 'b', at: 100 }
    const written = [
      line(1, 90),
      line(2, 110),
      line(3, 150, { token: 2n, worker: 'b' }),
      ...[80, 90, 100, 140, 150].map((at, offset) => line(offset, at, { partition: 1 })),
    ]
    const moves = handOvers(tenures(written), [event])
    expect(moves).toMatchObject([{ partition: 0, took: 40, sinceEvent: 50, from: 'a', to: 'b' }])
    expect(pausesOfUnmoved(written, moves, [event], 50)).toMatchObject([{ partition: 1, before: 10, during: 40 }])
  })
})
