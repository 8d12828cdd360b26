import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { compareCosts, cpuPerItem, type Row, type Side } from '../harness/index.ts'
import { duels } from './duels.ts'

/** Milliseconds after a run. */
const SWEEPING = 100

type SideName = 'ours' | 'theirs'

/**
 * Compares two ways, each in a process of its own where it is not said otherwise: what else ran in a process shapes the code that is compiled there,
 * and one side would collect the garbage of the other.
 */
export async function duel(index: number): Promise<Row> {
  const contest = duels[index]!
  using ours = new SideProcess(index)
  using other = contest.together === true ? undefined : new SideProcess(index)
  const theirs = other ?? ours
  return await compareCosts(
    { rounds: 9, ...contest },
    () => ours.run('ours'),
    () => theirs.run('theirs'),
  )
}

class SideProcess implements Disposable {
  readonly #child: ChildProcess
  readonly #ended = new AbortController()

  constructor(index: number) {
    this.#child = fork(new URL(import.meta.url), [String(index)], {
      execArgv: ['--conditions=@ringkeeper/source'],
    })
    this.#child.once('exit', () => this.#ended.abort(new Error(`a side ended before it was told to`)))
  }

  /** Does the work once; gives its nanoseconds of CPU time per item. */
  async run(side: SideName): Promise<number> {
    this.#child.send(side)
    const [cost] = (await once(this.#child, 'message', { signal: this.#ended.signal })) as [number]
    return cost
  }

  [Symbol.dispose](): void {
    this.#child.kill()
  }
}

if (import.meta.main) {
  const contest = duels[Number(process.argv[2])]!
  const sides = new Map<SideName, Side>()
  process.on('message', (name: SideName) => {
    const side = sides.get(name) ?? contest[name]()
    sides.set(name, side)
    void cpuPerItem(side).then((cost) => {
      // V8 sweeps in the background what a run has left: that must not go on beside the other side's run.
      setTimeout(() => process.send!(cost), SWEEPING)
    })
  })
  process.on('disconnect', () => process.exit(0))
}
