/** Resolves when one of two signals aborts; leaves nothing behind on the other. */
export function eitherAborted(first: AbortSignal, second: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (first.aborted || second.aborted) return resolve()
    const end = (): void => {
      first.removeEventListener('abort', end)
      second.removeEventListener('abort', end)
      resolve()
    }
    first.addEventListener('abort', end)
    second.addEventListener('abort', end)
  })
}
