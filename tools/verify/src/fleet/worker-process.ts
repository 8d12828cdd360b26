import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const root = join(import.meta.dirname, '../../../..')

/** One `ringkeeper-ingest run` in a process of its own. */
export class WorkerProcess implements AsyncDisposable {
  readonly id: string
  readonly #child: ChildProcess
  readonly #exited: Promise<number | undefined>
  readonly #address: Promise<string>

  constructor(id: string, configFile: string, folder: string) {
    this.id = id
    this.#child = spawn(
      process.execPath,
      ['--conditions=@ringkeeper/source', join(root, 'apps/ingest-worker/src/main.ts'), 'run', configFile],
      { cwd: folder, env: { ...process.env, WORKER_ID: id }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const log = createWriteStream(join(folder, `${id}.log`))
    this.#child.stderr?.pipe(log)
    this.#exited = once(this.#child, 'exit').then(([code]) => (code as number | null) ?? undefined)
    this.#address = this.#findAddress()
    this.#address.catch(() => {})
  }

  /** Resolves when `/ready` answers 200. */
  async ready(signal: AbortSignal): Promise<void> {
    const address = await this.#address
    while (!(await isOk(`${address}/ready`))) await pause(20, undefined, { signal })
  }

  /** The partitions that it owns at this moment, as `/status` says. */
  async partitions(): Promise<number[]> {
    const answer = await fetch(`${await this.#address}/status`)
    const { shards } = (await answer.json()) as { shards: { shard: { partition: number }; token?: string }[] }
    return shards.filter(({ token }) => token !== undefined && token !== null).map(({ shard }) => shard.partition)
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  /** SIGTERM; resolves with the exit code. */
  async leave(): Promise<number | undefined> {
    this.#child.kill('SIGTERM')
    return this.#exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill()
  }

  /** The worker prints the address that its http server got. */
  async #findAddress(): Promise<string> {
    let text = ''
    this.#child.stdout?.setEncoding('utf8')
    const stdout = this.#child.stdout?.iterator({ destroyOnReturn: false })
    for await (const part of stdout ?? []) {
      text += part as string
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0]
      if (address === undefined) continue
      this.#child.stdout?.resume()
      return address
    }
    throw new Error(`worker ${this.id} ended without printing its address: see ${this.id}.log`)
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
