import { setMaxListeners } from 'node:events'

/** A signal on which every shard listens for as long as it is here. Node 20 takes more than ten listeners for a leak and warns. */
export function sharedSignal(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}
