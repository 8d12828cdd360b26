import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PositionFile } from '../../src/pipeline/position-file.ts'
import { PositionLock } from '../../src/pipeline/position-lock.ts'
import { temporaryFolder } from '../support/components.ts'

const shard = (partition: number): { topic: string; partition: number } => ({ topic: 'in/a', partition })
const at = (partition: number, position: number): object => ({
  shard: shard(partition),
  position,
  metadata: `m${position}`,
})

/** What is left of a process that had this process's number before it, as a container's first process always has. */
const formerLife = (path: string): Promise<void> => writeFile(`${path}.lock`, `${process.pid} 1700000000000.5\n`)

describe('the file of positions', () => {
  it('gives back what was committed, in a later life too', async () => {
    const path = join(await temporaryFolder(), 'deep', 'positions.json')
    const file = await PositionFile.open(path)
    expect(await file.read([shard(0)])).toEqual([undefined])
    await file.commit([at(0, 5), at(1, 7)] as never)
    await file.commit([at(0, 6)] as never)
    await formerLife(path)
    const later = await PositionFile.open(path)
    expect(await later.read([shard(1), shard(2), shard(0)])).toEqual([
      { position: 7, metadata: 'm7' },
      undefined,
      { position: 6, metadata: 'm6' },
    ])
  })

  it('has all of many commits at once, and leaves nothing else behind', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'p.json')
    const file = await PositionFile.open(path)
    await Promise.all(Array.from({ length: 20 }, (_, partition) => file.commit([at(partition, partition)] as never)))
    await formerLife(path)
    const later = await PositionFile.open(path)
    const positions = await later.read(Array.from({ length: 20 }, (_, partition) => shard(partition)))
    expect(positions.map((stored) => stored?.position)).toEqual(Array.from({ length: 20 }, (_, position) => position))
    await Promise.all([file[Symbol.asyncDispose](), later[Symbol.asyncDispose]()])
    expect(await readdir(folder)).toEqual(['p.json'])
  })

  it.each(['', '{', '{"version":2,"positions":{}}', '{"version":1,"positions":{"a/0":{"position":"5"}}}'])(
    'is refused, not ignored, when it holds %j',
    async (text) => {
      const path = join(await temporaryFolder(), 'p.json')
      await writeFile(path, text)
      await expect(PositionFile.open(path)).rejects.toMatchObject({ code: 'RK_STREAMING_POSITION_FILE' })
      expect(await readFile(path, 'utf8')).toBe(text)
    },
  )

  it('keeps the old positions when a crash left half of the new ones', async () => {
    const path = join(await temporaryFolder(), 'p.json')
    await (await PositionFile.open(path)).commit([at(0, 5)] as never)
    await writeFile(`${path}.new`, '{"version":1,"pos')
    await formerLife(path)
    expect(await (await PositionFile.open(path)).read([shard(0)])).toMatchObject([{ position: 5 }])
  })
})

describe('the lock of the file of positions', () => {
  /** A process that does nothing until it is killed. */
  async function otherProcess(): Promise<{ readonly pid: number; readonly end: () => Promise<unknown> }> {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const exited = once(child, 'exit')
    const end = (): Promise<unknown> => (child.kill('SIGKILL'), exited)
    onTestFinished(async () => void (await end()))
    return { pid: child.pid as number, end }
  }

  it('keeps a second process away until the first one has ended, however it ended', async () => {
    const path = join(await temporaryFolder(), 'p.json')
    const other = await otherProcess()
    await writeFile(`${path}.lock`, `${other.pid}\n`)
    await expect(PositionFile.open(path)).rejects.toMatchObject({
      code: 'RK_STREAMING_POSITION_FILE_IN_USE',
      data: { path, pid: other.pid },
    })
    expect(await readFile(`${path}.lock`, 'utf8')).toBe(`${other.pid}\n`)
    await other.end()
    await using file = await PositionFile.open(path)
    await file.commit([at(0, 5)] as never)
    expect(await readFile(`${path}.lock`, 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  })

  it('keeps another pipeline of the same process away', async () => {
    const path = join(await temporaryFolder(), 'p.json')
    await using file = await PositionFile.open(path)
    await expect(PositionFile.open(path)).rejects.toMatchObject({
      code: 'RK_STREAMING_POSITION_FILE_IN_USE',
      data: { path, pid: process.pid },
    })
    await file.commit([at(0, 5)] as never)
  })

  it.each([
    ['of many that come at once', () => Promise.resolve()],
    ['also beside what a crash has left', formerLife],
  ])('has one owner at a time, %s', async (_, before) => {
    const path = join(await temporaryFolder(), 'p.json')
    let owners = 0
    let most = 0
    for (let round = 0; round < 150; round += 1) {
      await before(path)
      const takers = Array.from({ length: 4 }, async (_, taker) => {
        // Not in step, or all would look at the same time.
        for (let wait = (taker * round) % 13; wait > 0; wait -= 1) await readdir(dirname(path))
        for (let left = 10; left > 0; left -= 1) {
          const lock = await PositionLock.take(path).catch(() => {})
          if (!lock) continue
          most = Math.max(most, ++owners)
          await readdir(dirname(path))
          owners -= 1
          await lock[Symbol.asyncDispose]()
        }
      })
      await Promise.all(takers)
    }
    expect(most).toBe(1)
    expect(await readdir(dirname(path))).toEqual([])
  })

  it('is not given back twice', async () => {
    const path = join(await temporaryFolder(), 'p.json')
    const first = await PositionFile.open(path)
    await first[Symbol.asyncDispose]()
    await using second = await PositionFile.open(path)
    await first[Symbol.asyncDispose]()
    await expect(PositionFile.open(path)).rejects.toMatchObject({ code: 'RK_STREAMING_POSITION_FILE_IN_USE' })
    await second.commit([at(0, 5)] as never)
  })

  it('is taken over when a crash came while another one was removed', async () => {
    const path = join(await temporaryFolder(), 'p.json')
    await formerLife(path)
    await writeFile(`${path}.lock.stale`, `${process.pid} 1700000000000.5\n`)
    await using file = await PositionFile.open(path)
    await file.commit([at(0, 5)] as never)
  })

  it('is refused, not waited for, while another process never ends removing a stale one', async () => {
    const path = join(await temporaryFolder(), 'p.json')
    const other = await otherProcess()
    await formerLife(path)
    await writeFile(`${path}.lock.stale`, `${other.pid} 1700000000000.5\n`)
    await expect(PositionFile.open(path)).rejects.toMatchObject({
      code: 'RK_STREAMING_POSITION_FILE_IN_USE',
      data: { path, pid: other.pid },
    })
  })

  it('is gone when the file is closed, or could not be read', async () => {
    const folder = await temporaryFolder()
    await (await PositionFile.open(join(folder, 'p.json')))[Symbol.asyncDispose]()
    expect(await readdir(folder)).toEqual([])
    await writeFile(join(folder, 'p.json'), 'damaged')
    await expect(PositionFile.open(join(folder, 'p.json'))).rejects.toMatchObject({
      code: 'RK_STREAMING_POSITION_FILE',
    })
    expect(await readdir(folder)).toEqual(['p.json'])
  })

  it('is taken over when a crash of the machine left it empty, and left alone when somebody else has it by now', async () => {
    const path = join(await temporaryFolder(), 'p.json')
    await writeFile(`${path}.lock`, '')
    const file = await PositionFile.open(path)
    await writeFile(`${path}.lock`, '1\n')
    await file[Symbol.asyncDispose]()
    expect(await readFile(`${path}.lock`, 'utf8')).toBe('1\n')
  })
})
