import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const main = join(import.meta.dirname, '../src/main.ts')
const cluster = (...args: string[]): { readonly status: number | null; readonly stderr: string } =>
  spawnSync(process.execPath, ['--conditions=@ringkeeper/source', main, ...args], { encoding: 'utf8' })

describe('a command line that is wrong', { timeout: 30_000 }, () => {
  it('without a tool of Kafka says which there are, and where our own options stand', () => {
    const { status, stderr } = cluster('kafka')
    expect(status).toBe(64)
    expect(stderr).toContain('Usage: cluster kafka [options] <tool> [tool options]')
    expect(stderr).toMatch(/tools: .*consumer-groups.*topics/)
  })

  it.each([
    ['kafka', ['topics', '--list', '--name', 'other'], 'cluster kafka --name other topics --list'],
    ['zookeeper', ['ls', '--name', 'other', '/'], 'cluster zookeeper --name other ls /'],
  ])('with --name behind what %s itself is to do says how it is written', (service, args, right) => {
    const { status, stderr } = cluster(service, ...args)
    expect(status).toBe(64)
    expect(stderr).toContain(`write ${right}`)
  })
})
