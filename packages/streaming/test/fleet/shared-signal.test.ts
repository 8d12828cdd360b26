import { getMaxListeners } from 'node:events'
import { expect, it } from 'vitest'
import { sharedSignal } from '../../src/fleet/shared-signal.ts'

// Node 20, on which these tests do not run, warns of the eleventh listener of a signal.
it('lets as many shards as there are listen on one signal without a warning', () => {
  const signal = AbortSignal.abort()
  expect(getMaxListeners(sharedSignal(signal))).toBe(0)
})
