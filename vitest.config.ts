import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Workspace folders that have a test folder; a vitest project carries its package's name. */
const projectFolders = ['packages', 'apps', 'tools'].flatMap((group) =>
  readdirSync(join(import.meta.dirname, group))
    .map((name) => join(import.meta.dirname, group, name))
    .filter((folder) => existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'test'))),
)

const packageName = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string }).name

// The sources are tested, not dist: every workspace package exports them under this condition.
const conditions = ['@ringkeeper/source', 'node']

export default defineConfig({
  test: {
    globalSetup: './tools/vitest/services.ts',
    reporters: ['default', './tools/vitest/summary-reporter.ts'],
    projects: projectFolders.map((folder) => ({
      resolve: { conditions },
      ssr: { resolve: { conditions } },
      test: {
        name: packageName(folder),
        root: folder,
        include: ['test/**/*.test.ts'],
        execArgv: ['--conditions=@ringkeeper/source'],
        passWithNoTests: true,
      },
    })),
  },
})
