import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installNode, supportedNodes } from '@ringkeeper-tools/release-check/install-node'

const execute = promisify(execFile)

/** The oldest major version of Node that we support, in a folder of its own. */
export class OldNode implements Disposable {
  static readonly version: string = supportedNodes[0]
  readonly path: string
  readonly #home: string

  private constructor(home: string, path: string) {
    this.#home = home
    this.path = path
  }

  /** `undefined`, with the reason on stderr, where the registry or this system has none that runs. */
  static async install(): Promise<OldNode | undefined> {
    const home = mkdtempSync(join(tmpdir(), 'ringkeeper-node-'))
    try {
      const path = await installNode(OldNode.version, home)
      await execute(path, ['--version'])
      return new OldNode(home, path)
    } catch (error) {
      console.error(`Node ${OldNode.version} could not be installed:`, error)
      rmSync(home, { recursive: true, force: true })
      return undefined
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true })
  }
}
