import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createNodesFromFiles, type CreateNodesV2, type TargetConfiguration } from '@nx/devkit'

/** Targets of every folder that is published: build, typecheck, lint and test. */
export const createNodesV2: CreateNodesV2 = [
  '{packages,apps}/*/tsconfig.lib.json',
  (files, options, context) =>
    createNodesFromFiles(
      (file, _options, { workspaceRoot }) => {
        const root = dirname(file)
        const manifest = join(workspaceRoot, root, 'package.json')
        if (!existsSync(manifest)) return {}
        const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }
        return { projects: { [root]: { name, root, targets: targetsOf(root, name) } } }
      },
      files,
      options,
      context,
    ),
]

function targetsOf(root: string, name: string): Record<string, TargetConfiguration> {
  const command = (line: string, extra: Partial<TargetConfiguration> = {}): TargetConfiguration => ({
    executor: 'nx:run-commands',
    options: { command: line, cwd: '{workspaceRoot}' },
    ...extra,
  })
  const sources = ['{projectRoot}/**/*', '!{projectRoot}/dist/**', '{workspaceRoot}/tsconfig.base.json']
  return {
    build: command(`tsc -b ${root}/tsconfig.lib.json`, {
      dependsOn: ['^build'],
      cache: true,
      inputs: [...sources, '^sources'],
      outputs: ['{projectRoot}/dist'],
    }),
    typecheck: command(`tsc -b ${root}`, { dependsOn: ['^build'] }),
    lint: command(`oxlint --type-aware ${root}`, {
      cache: true,
      inputs: [...sources, '{workspaceRoot}/.oxlintrc.json'],
    }),
    test: command(`vitest run --project ${name}`),
  }
}
