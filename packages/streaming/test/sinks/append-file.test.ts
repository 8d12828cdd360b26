import { appendFile, open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AppendFile } from '../../src/sinks/file/append-file.ts'
import { temporaryFolder } from '../support/components.ts'

afterEach(() => vi.restoreAllMocks())

/** What all file handles inherit from. */
async function handlesOf(path: string): Promise<FileHandle> {
  const handle = await open(path)
  await handle.close()
  return Object.getPrototypeOf(handle) as FileHandle
}

/** A file of a disk that takes six bytes of the next write and is full then. */
async function fullFile(): Promise<{ file: AppendFile; handles: FileHandle }> {
  const path = join(await temporaryFolder(), 'out.ndjson')
  const file = await AppendFile.open(path, { fsync: true })
  const handles = await handlesOf(path)
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

/** A disk that takes `size` bytes of the next write and is full then. */
function fillAfter(handles: FileHandle, size: number): void {
  const write = Reflect.get(handles, 'write')
  vi.spyOn(handles, 'write')
    .mockImplementationOnce(function (this: FileHandle, bytes: unknown) {
      return Reflect.apply(write, this, [bytes, 0, size])
    } as FileHandle['write'])
    .mockRejectedValueOnce(new Error('ENOSPC'))
}

describe('an append that a full disk takes a part of', () => {
  it.each([
    ['in the middle of a line', 4],
    ['at the end of a line', 3],
    ['before a line end', 5],
  ])('leaves whole lines when it broke off %s', async (_, size) => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const file = await AppendFile.open(path, { fsync: false })
    fillAfter(await handlesOf(path), size)
    expect(await file.append(Buffer.from('12\n45\n78\n'))).toMatchObject({ lines: 1 })
    expect(await readFile(path, 'utf8')).toBe('12\n')
    expect(await file.append(Buffer.from('45\n78\n'))).toBeUndefined()
    expect(await readFile(path, 'utf8')).toBe('12\n45\n78\n')
    await file.close()
  })

  it('takes nothing back that somebody else has written behind it', async () => {
    const path = join(await temporaryFolder(), 'out.ndjson')
    const file = await AppendFile.open(path, { fsync: false })
    const handles = await handlesOf(path)
    fillAfter(handles, 4)
    const stat = Reflect.get(handles, 'stat')
    vi.spyOn(handles, 'stat').mockImplementationOnce(async function (this: FileHandle) {
      await appendFile(path, 'other\n')
      return Reflect.apply(stat, this, [])
    } as FileHandle['stat'])
    expect(await file.append(Buffer.from('12\n45\n'))).toMatchObject({ lines: 1 })
    expect(await file.append(Buffer.from('45\n'))).toBeUndefined()
    expect((await readFile(path, 'utf8')).split('\n')).toEqual(['12', '4other', '', '45', ''])
    await file.close()
  })
})
