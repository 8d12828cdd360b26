import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** The oldest Node that users may have, from the registry, in a folder of its own. */
export class OldNode implements Disposable {
  static readonly version = '20.20.2'
  readonly path: string
  readonly #home: string

  private constructor(home: string, nodePackage: string) {
    this.#home = home
    this.path = join(home, 'node_modules', nodePackage, 'bin/node')
  }

  static async install(): Promise<OldNode> {
    const nodePackage = `node-${process.platform}-${process.arch}`
    const node = new OldNode(mkdtempSync(join(tmpdir(), 'ringkeeper-node-')), nodePackage)
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock']
    await execute('npm', ['install', ...quiet, '--prefix', node.#home, `${nodePackage}@${OldNode.version}`])
    return node
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true })
  }
}
