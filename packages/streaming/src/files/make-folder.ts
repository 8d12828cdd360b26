import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Creates a folder and those above it, where they are missing. Node's own recursive `mkdir` tries for ever below a place that
 * takes nothing new and says that there is no such folder, as /proc does.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    // What is there already is refused with other codes where it is the root of a disk.
    if (codeOf(error) === 'EEXIST' || (await isFolder(path))) return
    const above = dirname(path)
    if (codeOf(error) !== 'ENOENT' || above === path) throw error
    await makeFolder(above)
    await mkdir(path).catch(unlessThere)
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}
