import type { JuteWriter } from '../jute-writer.ts'

/** An identity, such as `{ scheme: 'digest', credentials: 'user:password' }`. */
export interface Identity {
  readonly scheme: string
  readonly credentials: string
}

/**
 * ```
 * int type = 0, string scheme, buffer credentials
 * ```
 */
export function writeAuth(writer: JuteWriter, { scheme, credentials }: Identity): void {
  writer.int(0)
  writer.string(scheme)
  writer.buffer(Buffer.from(credentials))
}
