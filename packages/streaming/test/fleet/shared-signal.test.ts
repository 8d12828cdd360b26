import { getMaxListeners, setMaxListeners } from 'node:events'
import { expect, it } from 'vitest'
import { sharedSignal } from '../../src/fleet/shared-signal.ts'

// Ten is the limit of Node 20, on which these tests do not run.
it('lets as many shards as there are listen on one signal without a warning', () => {
  const { signal } = new AbortController()
  setMaxListeners(10, signal)
  expect(getMaxListeners(sharedSignal(signal))).toBe(0)
})
