import { coordinatorErrors, type Coordinator, type Operation } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { GatheredMultis } from '../../src/fleet/gathered-multis.ts'

const remove = (path: string): Operation => ({ type: 'delete', path })

/** Refuses what names these paths, with these errors; remembers what it was asked. */
function makeSession(refused: Readonly<Record<string, Error>>): { session: Coordinator; asked: string[][] } {
  const asked: string[][] = []
  const multi = async (operations: readonly Operation[]): Promise<void> => {
    asked.push(operations.map(({ path }) => path))
    for (const { path } of operations) if (refused[path]) throw refused[path]
  }
  return { session: { multi } as unknown as Coordinator, asked }
}

describe('transactions that are gathered', () => {
  it.each([
    coordinatorErrors.BAD_VERSION({ path: '/b', index: 1 }),
    coordinatorErrors.NO_NODE({ path: '/b', index: 1 }),
    coordinatorErrors.NO_AUTH({ path: '/b', index: 1 }),
    coordinatorErrors.TOO_LARGE({ path: '/b', bytes: 2, limit: 1 }),
  ])('go each alone after $code, which is about one of them', async (error) => {
    const { session, asked } = makeSession({ '/b': error })
    const multis = new GatheredMultis(session)
    const outcomes = await Promise.allSettled(['/a', '/b', '/c'].map((path) => multis.apply([remove(path)])))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(asked).toEqual([['/a', '/b', '/c'], ['/a'], ['/b'], ['/c']])
  })

  it.each([
    coordinatorErrors.CONNECTION_LOSS({ operation: 'multi', outcome: 'unknown' }),
    coordinatorErrors.SESSION_EXPIRED({ operation: 'multi' }),
    coordinatorErrors.CLOSED({ operation: 'multi' }),
  ])('all fail of $code, and are not sent again: they may have been applied', async (error) => {
    const { session, asked } = makeSession({ '/b': error })
    const multis = new GatheredMultis(session)
    const outcomes = await Promise.allSettled(['/a', '/b'].map((path) => multis.apply([remove(path)])))
    expect(outcomes).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ])
    expect(asked).toEqual([['/a', '/b']])
  })
})
