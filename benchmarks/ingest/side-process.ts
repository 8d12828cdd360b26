import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Cost } from './side.ts'
import type { Job } from './settings.ts'

/** A side in a process of its own, so that its CPU time and memory are nobody else's. It stays warm between runs. */
export class SideProcess implements Disposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** @param node - the Node to run it on, if not this one. An older one cannot read TypeScript: it gets help. */
  static async start(name: string, node?: string): Promise<SideProcess> {
    const file = new URL('side.ts', import.meta.url)
    const execArgv = ['--conditions=@ringkeeper/source', '--expose-gc']
    const child =
      node === undefined
        ? fork(file, [name], { execArgv })
        : fork(file, [name], {
            execPath: node,
            execArgv: [...execArgv, `--import=${import.meta.resolve('tsx')}`],
            env: { ...process.env, TSX_DISABLE_CACHE: '1' },
          })
    const side = new SideProcess(child)
    await side.#answer()
    return side
  }

  /** Does the job once. */
  async run(job: Job): Promise<Cost> {
    this.#child.send(job)
    return (await this.#answer()) as Cost
  }

  [Symbol.dispose](): void {
    this.#child.kill()
  }

  async #answer(): Promise<unknown> {
    const ended = new AbortController()
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal: ended.signal }).then(([message]) => message as unknown),
        once(this.#child, 'exit', { signal: ended.signal }).then(([code, signal]) => {
          throw new Error(`a side ended with ${String(code ?? signal)}`)
        }),
      ])
    } finally {
      ended.abort()
    }
  }
}
