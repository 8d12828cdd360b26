import type { WatchEvent } from '@ringkeeper/core'
import type { HeldLease } from './held-lease.ts'
import { persistently } from './session-calls.ts'

/** Ends a lease as lost when its owner node goes while it is held, for instance by an operator's hand. */
export function guardOwner(lease: HeldLease, ownerPath: string): void {
  const onEvent = ({ type }: WatchEvent): void => {
    if (type === 'deleted') lose()
    else if (type !== 'ended') void look()
  }
  const lose = (): void => lease.lose('its owner node is gone')
  const look = async (): Promise<void> => {
    if (lease.isOver) return
    try {
      const stat = await persistently(lease.session, () => lease.session.exists(ownerPath, { watch: onEvent }))
      if (stat?.czxid !== lease.token) lose()
    } catch {
      // The session has ended, and with it the hold that the lease stands on.
    }
  }
  void look()
}
