import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installNode, supportedNodes } from './install-node.ts'
import { publishedPackages } from './packages.ts'
import { run } from './run.ts'

const root = join(import.meta.dirname, '../../..')
const bin = (name: string): string => join(import.meta.dirname, '../node_modules/.bin', name)
const packages = publishedPackages(root)
const blank = mkdtempSync(join(tmpdir(), 'ringkeeper-release-'))
try {
  for (const { folder } of packages)
    await run('npx', ['-y', 'pnpm@12', 'pack', '--pack-destination', blank], join(root, folder))
  const tarballs = (await readdir(blank)).filter((name) => name.endsWith('.tgz')).map((name) => join(blank, name))
  console.log(`packed ${tarballs.length} packages`)

  for (const tarball of tarballs) {
    await run(bin('publint'), ['run', tarball, '--strict'], root)
    await run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-emoji'], root)
  }
  console.log('publint and are-the-types-wrong found nothing')

  writeFileSync(join(blank, 'package.json'), '{ "name": "blank", "private": true, "type": "module" }\n')
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', ...tarballs], blank)
  for (const version of supportedNodes) await importAll(version)
} finally {
  rmSync(blank, { recursive: true, force: true })
}

async function importAll(version: string): Promise<void> {
  const home = join(blank, `node-${version}`)
  mkdirSync(home)
  const node = await installNode(version, home)
  for (const { name, bins } of packages) {
    await run(node, ['--input-type=module', '-e', `await import(${JSON.stringify(name)})`], blank)
    await run(node, ['-e', `require(${JSON.stringify(name)})`], blank)
    for (const command of bins) await run(node, [join(blank, 'node_modules/.bin', command), '--version'], blank)
  }
  console.log(`every package imports on Node ${version}`)
}
