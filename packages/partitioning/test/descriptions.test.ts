import { describe, expect, it } from 'vitest'
import {
  createPartitioner,
  fromJSON,
  partitionerKinds,
  rangePartitioner,
  type PartitionerDescription,
} from '../src/index.ts'
import { code } from './assigning.ts'

const byLast = (a: string, b: string): number => (a.at(-1)! < b.at(-1)! ? -1 : a.at(-1)! > b.at(-1)! ? 1 : 0)

describe('descriptions', () => {
  it('are refused where they say what cannot be', () => {
    for (const numPartitions of [0, -1, 1.5, Number.NaN, 2 ** 31, '8']) {
      const description = { kind: 'kafka', numPartitions: numPartitions as number } as const
      expect(() => createPartitioner(description)).toThrow(code('BAD_OPTION'))
    }
    expect(() => createPartitioner({ kind: 'kafak', numPartitions: 1 } as never)).toThrow(code('UNKNOWN_KIND'))
    expect(() => createPartitioner(undefined as never)).toThrow(/option description is undefined; give the description/)
    expect(() => createPartitioner({ kind: 'kafka', numPartitions: 1, version: 2 } as never)).toThrow(
      code('BAD_VERSION'),
    )
    expect(() => createPartitioner({ kind: 'custom', numPartitions: 2, function: 'f' })).toThrow(
      code('UNKNOWN_FUNCTION'),
    )
    expect(() => createPartitioner({ kind: 'weighted', weights: [0, 0] })).toThrow(code('BAD_OPTION'))
    expect(() => createPartitioner({ kind: 'jump', numPartitions: 3, seed: 1 } as never)).toThrow(code('BAD_OPTION'))
    expect(() => createPartitioner({ kind: 'flink', numPartitions: 200, maxParallelism: 128 })).toThrow(
      code('BAD_OPTION'),
    )
    for (const kind of partitionerKinds) {
      expect(() => createPartitioner({ kind } as never)).toThrow(/^[^]*(option|kind) /)
      expect(() =>
        createPartitioner({ kind, numPartitions: 4, weights: 3, function: 1 } as never).partition('a'),
      ).not.toThrow(TypeError)
    }
    const directory = { kind: 'directory', numPartitions: 2, entries: [['a', 2]] } as const
    expect(() => createPartitioner(directory)).toThrow(code('BAD_PARTITION'))
  })

  it('hold bigints and bytes', () => {
    const partitioner = createPartitioner<bigint>({ kind: 'range', bounds: [1n, 2n ** 70n] })
    const again = fromJSON<bigint>(JSON.parse(JSON.stringify(partitioner)) as PartitionerDescription)
    expect(again.partition(2n ** 69n)).toBe(1)
  })

  it('do not hold functions: without a name they work, equal nothing and are not stored', () => {
    const description = { kind: 'custom', numPartitions: 3, function: (key: never) => String(key).length } as const
    const partitioner = createPartitioner<string>(description)
    expect(partitioner.partition('abcd')).toBe(1)
    expect(partitioner.equals(createPartitioner(description))).toBe(false)
    expect(() => partitioner.toJSON()).toThrow(code('NOT_STORABLE'))
    const range = rangePartitioner([['ab', 'ba']], 2, { compare: byLast })
    expect(() => range.toJSON()).toThrow(code('NOT_STORABLE'))
    expect(rangePartitioner([['ab', 'ba']], 2, { compare: byLast, comparator: 'byLast' }).toJSON()).toMatchObject({
      comparator: 'byLast',
    })
  })

  it('name the option that is missing or wrong', () => {
    const inner = { kind: 'kafka', numPartitions: 2 } as const
    const wrong: [description: unknown, message: string][] = [
      [{ kind: 'weighted', weights: [] }, 'option weights is an array of 0; give a number for each partition'],
      [{ kind: 'weighted', weights: [1, 1e308] }, 'option weights is 1e+308'],
      [{ kind: 'composite', then: inner }, 'option first is undefined; give the description of a partitioner'],
      [{ kind: 'composite', first: inner, then: 3 }, 'option then is 3; give the description of a partitioner'],
      [{ kind: 'prefix', separator: ':' }, 'option inner is undefined'],
      [{ kind: 'prefix', separator: 7, inner }, 'option separator is 7; give a non-empty string, or a length instead'],
      [{ kind: 'directory', numPartitions: 2, entries: {}, default: 'a' }, 'option default is "a"'],
      [{ kind: 'directory', numPartitions: 2, entries: [3] }, 'option entries is 3'],
      [{ kind: 'directory', numPartitions: 2, entries: [[{}, 1]] }, 'option entries is a value of type Object'],
      [
        { kind: 'kafka', numPartitions: 2, seed: 1 },
        'option seed is 1; give it only where it applies, not with "kafka"',
      ],
      [{ kind: 'range', bounds: [1], ascendng: false }, 'option ascendng is false'],
      [
        { kind: 'prefix', separator: ':', inner, numPartitions: 3 },
        'option numPartitions is 3; give 2, as the other options',
      ],
      [{ kind: 'composite', first: inner, then: inner, numPartitions: 2 }, 'option numPartitions is 2; give 4'],
      [{ kind: 'range', bounds: [1], ascending: 'no' }, 'option ascending is "no"; give true or false'],
      [{ kind: 'range', bounds: [{ bigint: 'x' }] }, 'option bounds is a value of type Object'],
      [{ kind: 'hot-key', numPartitions: 2, hot: [['a']] }, 'option hot is undefined'],
      [{ kind: 'hot-key', numPartitions: 2 ** 30 }, 'option numPartitions is 1073741824'],
      [{ kind: 'rendezvous', numPartitions: 2 ** 30 }, 'option numPartitions is 1073741824'],
    ]
    for (const [description, message] of wrong) {
      const make = (): unknown => createPartitioner(description as PartitionerDescription)
      expect(make).toThrow(code('BAD_OPTION'))
      expect(make).toThrow(message)
    }
  })

  it('list each key of a directory once', () => {
    const bytes = new TextEncoder().encode('a')
    for (const entries of [
      [
        ['a', 0],
        ['a', 1],
      ],
      [
        ['a', 0],
        [bytes, 0],
      ],
      [
        [2 ** 53 - 1, 0],
        [2n ** 53n - 1n, 1],
      ],
    ] as const) {
      expect(() => createPartitioner({ kind: 'directory', numPartitions: 2, entries })).toThrow(/each key once/)
    }
  })

  it('are refused in the words of this package where hashing refuses them, with its error as the cause', () => {
    const cause = expect.objectContaining({ code: expect.stringMatching(/^RK_HASHING_/) as string }) as Error
    const wrong: [description: PartitionerDescription, message: string][] = [
      [{ kind: 'maglev', numPartitions: 4, size: 100 }, 'option size is 100; give a prime'],
      [{ kind: 'slots', numPartitions: 4, size: 100 }, 'option size is 100; give a power of two'],
      [{ kind: 'ring', numPartitions: 4, seed: -1 }, 'option seed is -1'],
      [{ kind: 'rendezvous', numPartitions: 4, seed: 0.5 }, 'option seed is 0.5'],
      [{ kind: 'ring', numPartitions: 100_000 }, 'option pointsPerWeight is 512; give less of it'],
    ]
    for (const [description, message] of wrong) {
      expect(() => createPartitioner(description)).toThrow(expect.objectContaining({ cause }) as Error)
      expect(() => createPartitioner(description)).toThrow(code('BAD_OPTION'))
      expect(() => createPartitioner(description)).toThrow(message)
    }
    for (const kind of ['ring', 'rendezvous', 'jump', 'maglev', 'slots', 'hot-key', 'weighted'] as const) {
      const partitioner = createPartitioner(
        (kind === 'weighted' ? { kind, weights: [1, 1] } : { kind, numPartitions: 4 }) as PartitionerDescription,
      )
      for (const key of [1.5, 2n ** 70n, {}, true]) {
        const place = (): number => partitioner.partition(key as never)
        expect(place).toThrow(expect.objectContaining({ code: 'RK_PARTITIONING_BAD_KEY', cause }) as Error)
        expect(() => partitioner.partitionBatch([key as never])).toThrow(code('BAD_KEY'))
      }
    }
  })

  it('hold what JSON has no word for', () => {
    const bounds = [-Infinity, 0, Infinity]
    const keys = createPartitioner<unknown>({ kind: 'range', bounds })
    expect(fromJSON(JSON.parse(JSON.stringify(keys)) as PartitionerDescription).equals(keys)).toBe(true)
    const tuples = createPartitioner<unknown>({
      kind: 'range',
      bounds: [
        ['eu', 1n],
        ['eu', 7n],
      ],
    })
    const again = fromJSON<unknown>(JSON.parse(JSON.stringify(tuples)) as PartitionerDescription)
    expect([again.partition(['eu', 5n]), again.partition(['us', 0n])]).toEqual([1, 2])
  })
})
