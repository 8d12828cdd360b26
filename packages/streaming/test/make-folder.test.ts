import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../src/files/make-folder.ts'
import { temporaryFolder } from './support/components.ts'

describe('making a folder', () => {
  it('makes those above it, and leaves alone what is there', async () => {
    const path = join(await temporaryFolder(), 'a', 'b', 'c')
    await Promise.all([makeFolder(path), makeFolder(path)])
    await makeFolder(path)
    await makeFolder('/')
    expect((await stat(path)).isDirectory()).toBe(true)
  })

  it('fails where a file is in the way', async () => {
    const file = join(await temporaryFolder(), 'file')
    await writeFile(file, '')
    await expect(makeFolder(join(file, 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.runIf(process.platform === 'linux')('ends where nothing can be made', async () => {
    await expect(makeFolder('/proc/nope/a')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
