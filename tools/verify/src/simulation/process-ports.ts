import type { Logger, Ports } from '@ringkeeper/core'
import type { FakeProcess } from '@ringkeeper/testing'

/** More timers than this at one moment are a loop that never ends. */
const mostAtOnce = 20_000

/**
 * The ports of a process, which count its timers.
 *
 * @param onLoop - called when the process does not stop setting timers at one moment of time.
 */
export function processPorts(
  { ports }: FakeProcess,
  logger: Logger,
  onLoop: () => void,
): Ports & { readonly count: number } {
  const { clock, timers, random } = ports
  let count = 0
  let moment = -1
  let atOnce = 0
  const set = (delay: number, fire: () => void): (() => void) => {
    const now = clock.monotonic()
    if (now !== moment) atOnce = 0
    moment = now
    if (++atOnce === mostAtOnce) onLoop()
    let isSet = true
    const unset = (): void => {
      if (isSet) count -= 1
      isSet = false
    }
    count += 1
    const cancel = timers.set(delay, () => {
      unset()
      fire()
    })
    return () => {
      unset()
      cancel()
    }
  }
  return {
    clock,
    random,
    logger,
    timers: { set },
    get count() {
      return count
    },
  }
}
