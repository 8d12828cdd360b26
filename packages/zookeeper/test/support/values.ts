import { isRingkeeperError } from '@ringkeeper/core'

/** The bytes of a text. */
export function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value)
}

/** The text of bytes. */
export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data)
}

/** The code of the error that a promise rejects with; `none` when it resolves. */
export async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (isRingkeeperError(error)) return error.code
    throw error
  }
}
