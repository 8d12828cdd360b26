import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { compareCosts, cpuPerItem, type Row } from '../harness/index.ts'
import { duels } from './duels.ts'

/**
 * Compares two ways, each in a process of its own: what else ran in a process shapes the code that is compiled there,
 * and one side would collect the garbage of the other.
 */
export async function duel(index: number): Promise<Row> {
  using ours = new SideProcess(index, 'ours')
  using theirs = new SideProcess(index, 'theirs')
  return await compareCosts(
    duels[index]!,
    () => ours.run(),
    () => theirs.run(),
  )
}

class SideProcess implements Disposable {
  readonly #child: ChildProcess
  readonly #ended = new AbortController()

  constructor(index: number, side: 'ours' | 'theirs') {
    this.#child = fork(new URL(import.meta.url), [String(index), side], {
      execArgv: ['--conditions=@ringkeeper/source'],
    })
    this.#child.once('exit', () => this.#ended.abort(new Error(`a side ended before it was told to`)))
  }

  /** Does the work once; gives its nanoseconds of CPU time per item. */
  async run(): Promise<number> {
    this.#child.send('run')
    const [cost] = (await once(this.#child, 'message', { signal: this.#ended.signal })) as [number]
    return cost
  }

  [Symbol.dispose](): void {
    this.#child.kill()
  }
}

if (import.meta.main) {
  const [index, name] = process.argv.slice(2) as [string, 'ours' | 'theirs']
  const side = duels[Number(index)]![name]()
  process.on('message', () => void cpuPerItem(side).then((cost) => process.send!(cost)))
  process.on('disconnect', () => process.exit(0))
}
