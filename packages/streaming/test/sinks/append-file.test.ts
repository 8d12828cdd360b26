import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AppendFile } from '../../src/sinks/file/append-file.ts'
import { temporaryFolder } from '../support/components.ts'

afterEach(() => vi.restoreAllMocks())

/** A file of a disk that takes six bytes of the next write and is full then. */
async function fullFile(): Promise<{ file: AppendFile; handles: FileHandle }> {
  const path = join(await temporaryFolder(), 'out.ndjson')
  const file = await AppendFile.open(path, { fsync: true })
  const other = await open(path)
  const handles = Object.getPrototypeOf(other) as FileHandle
  await other.close()
  vi.spyOn(handles, 'write')
    .mockResolvedValueOnce({ bytesWritten: 6, buffer: '' })
    .mockRejectedValueOnce(new Error('ENOSPC'))
  return { file, handles }
}

describe('an append with fsync that a full disk takes a part of', () => {
  it('counts the lines that are in the file once the disk has them', async () => {
    const { file, handles } = await fullFile()
    const synced = vi.spyOn(handles, 'datasync')
    expect(await file.append(Buffer.from('12\n45\n78\n'))).toMatchObject({ lines: 2, error: { message: 'ENOSPC' } })
    expect(synced).toHaveBeenCalledTimes(1)
    await file.close()
  })

  it('counts none when the disk does not get them', async () => {
    const { file, handles } = await fullFile()
    vi.spyOn(handles, 'datasync').mockRejectedValueOnce(new Error('EIO'))
    expect(await file.append(Buffer.from('12\n45\n78\n'))).toMatchObject({ lines: 0, error: { message: 'EIO' } })
    await file.close()
  })
})
