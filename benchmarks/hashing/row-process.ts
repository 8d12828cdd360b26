import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Row } from '../harness/index.ts'
import { measurements } from './rows.ts'

/**
 * Measures in a process of its own. In one that has measured other things, functions that are called with ever new
 * kinds of arguments were compiled for all of them, and the garbage of one rival is collected at the cost of others.
 */
export async function measureApart(name: string): Promise<readonly Row[]> {
  const flags = ['--conditions=@ringkeeper/source', '--expose-gc']
  const child = fork(new URL(import.meta.url), [name], { execArgv: flags })
  const answered = once(child, 'message')
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`measuring "${name}" ended with ${String(code)}`)
  const [rows] = (await answered) as [readonly Row[]]
  return rows
}

if (import.meta.main) {
  const row = await measurements[process.argv[2] ?? '']!()
  process.send?.([row].flat())
  process.disconnect()
}
