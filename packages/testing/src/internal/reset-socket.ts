import type { Socket } from 'node:net'

/**
 * Ends a connection with a reset where that can be sent. A socket that still connects has nobody to send it to, and
 * one that was ended before never closes after `resetAndDestroy` (seen on Node 24: the handle stays and spins).
 */
export function resetSocket(socket: Socket): void {
  if (socket.connecting || socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}
