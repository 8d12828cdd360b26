import type { AddCommand } from '@ringkeeper/command-line'
import { addBalance } from './ring/balance.ts'
import { addDiff } from './ring/diff.ts'
import { addRoute } from './ring/route.ts'

/** `ring route|balance|diff`: for people who debug where a cluster keeps its keys. */
export const ring: AddCommand = (program, io) => {
  const command = program
    .command('ring')
    .description('Ask a hash ring: who owns a key, how even it is, what a change moves')
  addRoute(command, io)
  addBalance(command, io)
  addDiff(command, io)
}
