import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'

/** Node, the processor and the installed versions of packages, for a report. `from` is the caller's import.meta.url. */
export function versionsOf(packages: readonly string[], from: string): Record<string, string> {
  const require = createRequire(from)
  const versions = packages.map((name) => [name, versionOf(require.resolve(name))])
  return { node: process.version, cpu: cpus()[0]?.model.trim() ?? 'unknown', ...Object.fromEntries(versions) }
}

// Not every package exports its package.json, so it is looked for upwards from the main file.
function versionOf(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
      if (manifest['version'] !== undefined) return manifest['version']
    } catch {
      // no package.json here: one folder up
    }
  }
  return 'unknown'
}
