import { join } from 'node:path'
import { run } from './run.ts'

/** The oldest major version of Node that users may have, and the newest long-term one; both come from the registry. */
export const supportedNodes = ['20.20.2', '24.21.0'] as const

/** Installs a Node into a folder and returns the path of its program. */
export async function installNode(version: string, home: string): Promise<string> {
  const nodePackage = `node-${process.platform}-${process.arch}`
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock']
  await run('npm', ['install', ...quiet, '--prefix', home, `${nodePackage}@${version}`], home)
  return join(home, 'node_modules', nodePackage, 'bin/node')
}
