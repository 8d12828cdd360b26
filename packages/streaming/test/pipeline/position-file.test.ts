import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PositionFile } from '../../src/pipeline/position-file.ts'
import { temporaryFolder } from '../support/components.ts'

const shard = (partition: number): { topic: string; partition: number } => ({ topic: 'in/a', partition })
const at = (partition: number, position: number): object => ({
  shard: shard(partition),
  position,
  metadata: `m${position}`,
})

describe('the file of positions', () => {
  it('gives back what was committed, in a later life too', async () => {
    const path = join(await temporaryFolder(), 'deep', 'positions.json')
    const file = await PositionFile.open(path)
    expect(await file.read([shard(0)])).toEqual([undefined])
    await file.commit([at(0, 5), at(1, 7)] as never)
    await file.commit([at(0, 6)] as never)
    const later = await PositionFile.open(path)
    expect(await later.read([shard(1), shard(2), shard(0)])).toEqual([
      { position: 7, metadata: 'm7' },
      undefined,
      { position: 6, metadata: 'm6' },
    ])
  })

  it('has all of many commits at once, and leaves nothing else behind', async () => {
    const folder = await temporaryFolder()
    const file = await PositionFile.open(join(folder, 'p.json'))
    await Promise.all(Array.from({ length: 20 }, (_, partition) => file.commit([at(partition, partition)] as never)))
    const later = await PositionFile.open(join(folder, 'p.json'))
    const positions = await later.read(Array.from({ length: 20 }, (_, partition) => shard(partition)))
    expect(positions.map((stored) => stored?.position)).toEqual(Array.from({ length: 20 }, (_, position) => position))
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
    expect(await (await PositionFile.open(path)).read([shard(0)])).toMatchObject([{ position: 5 }])
  })
})
