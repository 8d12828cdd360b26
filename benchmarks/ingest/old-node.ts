import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Milliseconds that fetching it may take. */
const PATIENCE = 120_000

/** The oldest major version of Node that we support, from the registry, in a folder of its own. */
export class OldNode implements Disposable {
  static readonly version = '20.20.2'
  readonly path: string
  readonly #home: string

  private constructor(home: string, nodePackage: string) {
    this.#home = home
    this.path = join(home, 'node_modules', nodePackage, 'bin/node')
  }

  /** `undefined`, with the reason on stderr, where the registry or this system has none that runs. */
  static async install(): Promise<OldNode | undefined> {
    const nodePackage = `node-${process.platform}-${process.arch}`
    const node = new OldNode(mkdtempSync(join(tmpdir(), 'ringkeeper-node-')), nodePackage)
    process.once('exit', () => node[Symbol.dispose]())
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock']
    const install = ['install', ...quiet, '--prefix', node.#home, `${nodePackage}@${OldNode.version}`]
    try {
      await execute('npm', install, { timeout: PATIENCE })
      await execute(node.path, ['--version'])
      return node
    } catch (error) {
      console.error(`Node ${OldNode.version} could not be installed:`, error)
      node[Symbol.dispose]()
      return undefined
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#home, { recursive: true, force: true })
  }
}
