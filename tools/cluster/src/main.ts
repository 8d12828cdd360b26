import { messageOf } from '@ringkeeper/core'
import { program } from './commands.ts'

try {
  await program().parseAsync()
} catch (error) {
  console.error(messageOf(error))
  process.exitCode = 1
}
