import type { AddCommand } from '@ringkeeper/command-line'

/** Every command of `ringkeeper`, in the order of its help. Each is a file of this folder. */
export const commands: readonly AddCommand[] = []
