import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { importsOf } from './imports.ts'

/** What one folder may know. */
export interface Layer {
  readonly layer: number
  /** Workspace packages that `src/` may import; `any` for apps. */
  readonly imports: readonly string[] | 'any'
  /** Dependencies from outside the workspace; no limit when absent. */
  readonly runtimeDependencies?: readonly string[]
}

interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
}

/** Every place where a folder knows more than its layer allows, as one line each. */
export function violations(root: string, layers: Readonly<Record<string, Layer>>): string[] {
  return [
    ...unlisted(root, layers),
    ...Object.entries(layers).flatMap(([folder, layer]) => violationsOf(root, folder, layer, layers)),
  ]
}

function unlisted(root: string, layers: Readonly<Record<string, Layer>>): string[] {
  return globSync('{packages,apps}/*/package.json', { cwd: root })
    .map((file) => file.replace(/\/package\.json$/, ''))
    .filter((folder) => !(folder in layers))
    .map((folder) => `${folder}: has no entry in tools/boundaries/layers.json`)
}

function violationsOf(root: string, folder: string, layer: Layer, layers: Readonly<Record<string, Layer>>): string[] {
  const manifest = readManifest(root, folder)
  const apps = Object.keys(layers).filter((other) => other.startsWith('apps/') && other !== folder)
  const appNames = new Set(apps.map((app) => readManifest(root, app).name))
  const found: string[] = []
  const allowed = layer.imports === 'any' ? undefined : new Set(layer.imports)
  for (const name of allowed ?? []) {
    const other = layers[`packages/${name}`]
    if (!other || other.layer >= layer.layer)
      found.push(`${folder}: may not list ${name}, which is not in a lower layer`)
  }
  for (const [name] of Object.entries(manifest.dependencies ?? {})) {
    const workspaceName = workspacePackage(name)
    if (workspaceName === undefined) {
      if (layer.runtimeDependencies && !layer.runtimeDependencies.includes(name))
        found.push(
          `${folder}/package.json: depends on ${name}; this package has no runtime dependencies outside the workspace`,
        )
    } else if (allowed && !allowed.has(workspaceName)) {
      found.push(`${folder}/package.json: depends on @ringkeeper/${workspaceName}, which its layer may not import`)
    }
  }
  for (const file of globSync(`${folder}/src/**/*.{ts,tsx,mts}`, { cwd: root })) {
    for (const { specifier, line } of importsOf(readFileSync(join(root, file), 'utf8'))) {
      const problem = importProblem(specifier, manifest, allowed, layer) ?? appProblem(specifier, appNames)
      if (problem) found.push(`${file}:${line}: ${problem}`)
    }
  }
  return found
}

function importProblem(
  specifier: string,
  manifest: Manifest,
  allowed: ReadonlySet<string> | undefined,
  layer: Layer,
): string | undefined {
  if (specifier.startsWith('.'))
    return specifier.includes('/src/') ? `reaches into another folder: ${specifier}` : undefined
  const workspaceName = workspacePackage(specifier)
  if (workspaceName === undefined) return undefined
  if (`@ringkeeper/${workspaceName}` === manifest.name) return `imports its own package by name: ${specifier}`
  if (allowed && !allowed.has(workspaceName)) return `layer ${layer.layer} may not import ${specifier}`
  if (specifier.startsWith('@ringkeeper-tools/')) return `published code may not import ${specifier}`
  return undefined
}

function appProblem(specifier: string, appNames: ReadonlySet<string>): string | undefined {
  const isApp = [...appNames].some((name) => specifier === name || specifier.startsWith(`${name}/`))
  return isApp ? `apps are imported by nobody: ${specifier}` : undefined
}

function readManifest(root: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest
}

function workspacePackage(specifier: string): string | undefined {
  return /^@ringkeeper(?:-tools)?\/([^/]+)/.exec(specifier)?.[1]
}
