import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { measure } from '../src/commands/partition/measure.ts'
import { subjectOfKind } from '../src/commands/partition/subject.ts'

/** Runs `ringkeeper partition lab ...` with this standard input. */
async function lab(args: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@ringkeeper/source', main, 'partition', 'lab', ...args])
  child.stdin.end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, out, err }
}

interface Finding {
  readonly distribution: string
  readonly maxOverMean: number
  readonly movedWithOneMore: number | null
  readonly movedWithOneLess: number | null
  readonly leastWithOneMore: number
  readonly loads: number[]
}

async function findings(...args: string[]): Promise<Finding[]> {
  const { out } = await lab([...args, '--json'])
  return (JSON.parse(out) as { findings: Finding[] }).findings
}

describe('ringkeeper partition lab', { timeout: 60_000 }, () => {
  it('prints a table and bars for every distribution', async () => {
    const { code, out } = await lab(['--kind', 'jump', '-n', '8', '-r', '5000'])
    expect(code).toBe(0)
    for (const name of ['uniform', 'zipf-0.8', 'zipf-1.0', 'zipf-1.2', 'sequential', 'uuid']) {
      expect(out).toMatch(new RegExp(`^${name} .*%.*M$`, 'm'))
      expect(out).toMatch(new RegExp(`^${name} .*█`, 'm'))
    }
  })

  it('shows that consistent hashing moves little and modulo nearly everything', async () => {
    const [ring] = await findings('--kind', 'ring', '-n', '10', '-d', 'uuid', '-r', '20000')
    const [modulo] = await findings('--kind', 'kafka', '-n', '10', '-d', 'uuid', '-r', '20000')
    expect(ring!.movedWithOneMore!).toBeLessThan(2 * ring!.leastWithOneMore)
    expect(modulo!.movedWithOneMore!).toBeGreaterThan(0.8)
    expect(ring!.loads.reduce((sum, load) => sum + load, 0)).toBe(20_000)
  })

  it('shows that the hot-key partitioner evens out what a hash cannot', async () => {
    const [hash] = await findings('--kind', 'spark-sql', '-n', '16', '-d', 'zipf-1.2', '-r', '50000')
    const [hot] = await findings('--kind', 'hot-key', '-n', '16', '-d', 'zipf-1.2', '-r', '50000')
    expect(hash!.maxOverMean).toBeGreaterThan(2)
    expect(hot!.maxOverMean).toBeLessThan(1.1)
    expect(hot!.movedWithOneMore).toBeNull()
  })

  it('takes keys from standard input, and a description', async () => {
    const inner = { kind: 'kafka', numPartitions: 4 }
    const description = JSON.stringify({ kind: 'prefix', version: 1, numPartitions: 4, separator: ':', inner })
    const { out } = await lab(['-D', description, '-n', '4', '--stdin', '--loads'], 'a:1\na:2\na:3\n')
    expect(out).toMatch(/^standard input +3 +4\.000 /m)
    expect(out).toMatch(/records in each partition\n\n\d +\d/)
  })

  it('says how fast it is when nothing is in its way', () => {
    let time = 0
    let calls = 0
    // Each look at the clock takes 100 ms at first, and 10 ms later.
    const clock = { wall: () => time, monotonic: () => (time += calls++ < 6 ? 100 : 10) }
    const { keysPerSecond } = measure(subjectOfKind('kafka'), { name: 'some', keys: ['a', 'b', 'c'] }, 4, clock)
    expect(keysPerSecond).toBe(300)
  })

  it.each([
    [['-k', 'best'], 'Allowed choices are'],
    [['-d', 'normal'], '"normal" is none of uniform'],
    [['-k', 'composite'], 'give it as --description \'{"kind":"composite"'],
    [['-k', 'custom'], 'It needs a function'],
    [['-D', '{'], 'It is no JSON'],
    [['-D', 'null'], 'It is no description'],
    [['-D', '@/nowhere/at/all'], 'cannot be read'],
    [['-n', 'x'], 'no integer'],
    [['-r', '0'], 'less than 1'],
    [['-n', '0'], 'less than 1'],
  ])('%j is a mistake on the command line', async (args, message) => {
    expect(await lab(args)).toMatchObject({ code: 64, err: expect.stringContaining(message) as string })
  })

  it.each(['prefix', 'composite', 'directory'])('tries the description of %s that its error shows', async (kind) => {
    const { err } = await lab(['-k', kind])
    const [, description] = /--description '(.*)'\./.exec(err)!
    const [finding] = await findings('-D', description!, '-d', 'uuid', '-r', '2000')
    expect(finding!.loads.reduce((sum, load) => sum + load, 0)).toBe(2000)
    expect(finding!.movedWithOneMore).toBeGreaterThan(0)
  })

  it('has as many partitions as the description says, and shows no moves where it cannot have more', async () => {
    const weighted = JSON.stringify({ kind: 'weighted', weights: [1, 2, 1] })
    const [fixed] = await findings('-D', weighted, '-d', 'uuid', '-r', '2000')
    expect([fixed!.loads.length, fixed!.movedWithOneMore]).toEqual([3, null])
    const directory = JSON.stringify({ kind: 'directory', numPartitions: 2, entries: { a: 1 }, default: 0 })
    const [listed] = await findings('-D', directory, 'a', 'b')
    expect(listed).toMatchObject({ loads: [1, 1], movedWithOneMore: 0, movedWithOneLess: null })
    const groups = JSON.stringify({
      kind: 'composite',
      keys: 'same',
      first: { kind: 'jump', numPartitions: 4 },
      then: { kind: 'round-robin', numPartitions: 3 },
    })
    const [salted] = await findings('-D', groups, '-d', 'uuid', '-r', '2000')
    expect([salted!.loads.length, salted!.movedWithOneMore]).toEqual([12, null])
  })

  it('says what is wrong with a description, within it too', async () => {
    const description = '{"kind":"prefix","separator":":"}'
    expect((await lab(['-D', description, 'a'])).err).toContain('option inner is undefined')
  })

  it('says which description it does not know', async () => {
    expect(await lab(['-D', '{"kind":"none"}', 'key'])).toMatchObject({
      code: 64,
      err: expect.stringContaining('RK_PARTITIONING_UNKNOWN_KIND') as string,
    })
  })
})
