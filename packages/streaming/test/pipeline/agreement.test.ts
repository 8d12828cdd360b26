// Workers of one pipeline must agree: on their source at once, on their targets sooner or later.
import { memory, type MemoryTree } from '@ringkeeper/coordination'
import { silentLogger } from '@ringkeeper/core'
import {
  MemoryRecords,
  startPipeline,
  type Pipeline,
  type PipelineInput,
  type TargetInput,
} from '@ringkeeper/streaming'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

let north: TargetInput
let south: TargetInput

beforeEach(() => {
  // Every tree counts its tokens from the beginning, and what is written into refuses those that it takes for old ones.
  const into = new MemoryRecords()
  north = { name: 'north', weight: 2, sink: { type: 'memory', into } }
  south = { name: 'south', sink: { type: 'memory', into } }
})

interface Worker {
  readonly pipeline: Pipeline
  readonly warnings: object[]
}

async function join(tree: MemoryTree, id: string, changes: Partial<PipelineInput> = {}): Promise<Worker> {
  const warnings: object[] = []
  const logger = { ...silentLogger, warn: (message: string, data?: object) => void warnings.push({ message, ...data }) }
  const input = {
    pipeline: 'agreed',
    source: { type: 'generate', rate: 1000, keys: 10 },
    route: { targets: [north, south] },
    worker: { id },
    ...changes,
  }
  const pipeline = await startPipeline(input, { coordinator: tree, ports: { logger } })
  onTestFinished(() => pipeline.stop())
  return { pipeline, warnings }
}

/** The members and their targets, once they are as expected. */
async function targetsSeenBy({ pipeline }: Worker, isExpected: (seen: Map<string, string>) => boolean): Promise<void> {
  for await (const { fleet } of pipeline.statuses()) {
    if (isExpected(new Map(fleet.members.map(({ id, targets }) => [id, targets ?? ''])))) return
  }
}

describe('workers of one pipeline', { timeout: 30_000 }, () => {
  it('are refused when their source is another one, and are told both', async () => {
    const tree = memory()
    await join(tree, 'a')
    const other = join(tree, 'b', { source: { type: 'generate', rate: 1000, keys: 20 } })
    await expect(other).rejects.toMatchObject({ code: 'RK_STREAMING_RING_MISMATCH' })
    await expect(other).rejects.toThrow('source.keys is 20 here and 10 there')
  })

  it('are told of their routes by the names that stand in the file', async () => {
    const tree = memory()
    await join(tree, 'a')
    const other = join(tree, 'b', { route: { points: 64, key: 'value.id', targets: [north] }, codec: 'json' })
    await expect(other).rejects.toThrow('route.key is "value.id" here and "key" there; route.points is 64 here and 512')
  })

  it('may differ in how they reach their source', async () => {
    const tree = memory()
    await join(tree, 'a')
    await join(tree, 'b', { source: { type: 'generate', rate: 10, keys: 10 } })
  })

  it('show the same checksum for the same targets in any order, and another one for other weights', async () => {
    const tree = memory()
    const a = await join(tree, 'a')
    await join(tree, 'b', { route: { targets: [south, north] } })
    await targetsSeenBy(a, (seen) => seen.size === 2 && seen.get('a') === seen.get('b'))
    expect(a.warnings).toEqual([])
    await join(tree, 'c', { route: { targets: [south, { ...north, weight: 3 }] } })
    await targetsSeenBy(a, (seen) => seen.size === 3 && seen.get('a') !== seen.get('c'))
    expect(a.warnings).toMatchObject([{ worker: 'c' }])
  })

  it('show other targets as soon as they are changed', async () => {
    const tree = memory()
    const [a, b] = [await join(tree, 'a'), await join(tree, 'b')]
    await targetsSeenBy(a, (seen) => seen.size === 2)
    await b.pipeline.setTargets([north])
    await targetsSeenBy(a, (seen) => seen.get('a') !== seen.get('b'))
    expect(a.warnings).toMatchObject([{ worker: 'b' }])
    await a.pipeline.setTargets([north])
    await targetsSeenBy(a, (seen) => seen.get('a') === seen.get('b'))
    expect(a.warnings).toHaveLength(1)
  })
})
