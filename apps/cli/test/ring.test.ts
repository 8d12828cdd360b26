import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs `ringkeeper ring ...` with this standard input. */
const ring = (line: string, input?: string): Promise<Outcome> => ringArgs(line.split(' '), input)

async function ringArgs(args: readonly string[], input = ''): Promise<Outcome> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@ringkeeper/source', main, 'ring', ...args])
  child.stdin.end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, out, err }
}

const memcached = '127.0.0.1:11211:600,127.0.0.1:11212:400'

describe('ringkeeper ring', { timeout: 60_000 }, () => {
  it('route prints the node of each key, as libketama finds it', async () => {
    const { code, out } = await ring(`route --nodes ${memcached} --placement libketama test other`)
    expect(code).toBe(0)
    expect(out).toMatch(/^test\t127\.0\.0\.1:11211\nother\t127\.0\.0\.1:1121[12]\n$/)
  })

  it('ends quietly when nobody reads on', async () => {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
    const child = spawn(process.execPath, ['--conditions=@ringkeeper/source', main, 'ring', 'route', '-N', 'a,b'])
    child.stdin.on('error', () => {})
    child.stdin.end('key\n'.repeat(300_000))
    child.stdout.once('data', () => child.stdout.destroy())
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    expect([code, err]).toEqual([0, ''])
  })

  it('route reads keys from standard input, and prints replicas without those that are down', async () => {
    const three = await ring('route -N a:2,b,c -n 3 --json', 'one\ntwo\n')
    const routes = JSON.parse(three.out) as { key: string; nodes: string[] }[]
    expect(routes.map(({ key, nodes }) => [key, nodes.length])).toEqual([
      ['one', 3],
      ['two', 3],
    ])
    const [owner, next] = routes[0]!.nodes
    expect((await ring(`route -N a:2,b,c -x ${owner} one`)).out).toBe(`one\t${next}\n`)
  })

  it('balance draws the share of each node', async () => {
    const { out } = await ring('balance --nodes a:2,b,c')
    expect(out).toMatch(/^a +(4[5-9]|5[0-5])\.\d+ % .*█/m)
    expect(out).toMatch(/shares of the ring; most loaded: 1\.\d+ times its fair share/)
    const keys = await ring('balance --nodes a:2,b,c --json x y z')
    const { of, nodes } = JSON.parse(keys.out) as { of: string; nodes: { keys: number; weight: number }[] }
    expect(of).toBe('3 keys')
    expect(nodes.reduce((sum, node) => sum + node.keys, 0)).toBe(3)
    expect(nodes.map(({ weight }) => weight)).toEqual([2, 1, 1])
  })

  it('balance takes a sample of keys where positions have 64 bits', async () => {
    const { out } = await ring('balance -N 10.0.0.1:80,10.0.0.2:80 -p envoy')
    expect(out).toContain('a sample of 200000 keys')
    const moved = await ring('diff -N 10.0.0.1:80,10.0.0.2:80 -p envoy --add 10.0.0.3:80')
    expect(moved.out).toMatch(/% of a sample of 200000 keys would move\n$/)
  })

  it('diff shows what a change would move, and between whom', async () => {
    const { out } = await ring('diff --nodes a,b,c --add d --json')
    const { moved, moves } = JSON.parse(out) as { moved: number; moves: { from: string; to: string }[] }
    expect(moved).toBeGreaterThan(0.2)
    expect(moved).toBeLessThan(0.3)
    expect(moves.map(({ from, to }) => `${from}>${to}`).toSorted()).toEqual(['a>d', 'b>d', 'c>d'])
    expect((await ring('diff --nodes a,b,c --remove b')).out).toMatch(/b -> [ac].*\n[^]*% of the ring would move\n$/)
    expect((await ring('diff --nodes a,b --to b,a')).out).toBe('nothing moves of the ring\n')
  })

  it('diff lists the keys that move', async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`).join('\n')
    const { out } = await ring('diff --nodes a,b,c --remove b --list', keys)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.every(([, from, to]) => from === 'b' && to !== 'b')).toBe(true)
    const asJson = await ring('diff --nodes a,b,c --remove b --list --json', keys)
    expect(JSON.parse(asJson.out)).toEqual(lines.map(([key, from, to]) => ({ key, from, to })))
  })

  it('takes blanks between ids, as between nodes', async () => {
    const child = await ringArgs(['diff', '--nodes', 'a, b, c', '--remove', 'a, b', '--json'])
    expect(child).toMatchObject({ code: 0 })
    const { out } = await ringArgs(['route', '--nodes', 'a, b, c', '--exclude', 'c, a', 'x'])
    expect(out).toBe('x\tb\n')
  })

  it.each([
    ['route x', "required option '-N, --nodes"],
    ['route --nodes a:x y', '"x" in "a:x" is no number'],
    ['route --nodes a:1:2:3 y', 'too many colons'],
    ['route --nodes a --placement best y', 'Allowed choices are modern'],
    ['route --nodes a,a x', 'RK_HASHING_DUPLICATE_NODE'],
    ['route --nodes a --points 0 x', '"0" is less than 1'],
    ['route --nodes a,b --exclude zz x', 'there is no node "zz"; the nodes are'],
    ['diff --nodes a,b', 'give --to, --add or --remove'],
    ['diff --nodes a,b --remove zz', 'there is no node "zz"; the nodes are'],
    ['diff --nodes a,b --add c --list', '--list needs keys'],
  ])('%s is a mistake on the command line', async (line, message) => {
    expect(await ring(line)).toMatchObject({ code: 64, err: expect.stringContaining(message) as string })
  })
})
