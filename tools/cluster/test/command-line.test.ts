import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeReal, exists } from './support.ts'

const main = join(import.meta.dirname, '../src/main.ts')
const cluster = (...args: string[]) => {
  const [command = '', ...rest] = args
  const named = [command, '--name', 'test-command-line', ...rest]
  return promisify(execFile)(process.execPath, ['--conditions=@ringkeeper/source', main, ...named])
}

describeReal('the command line', () => {
  it('starts, is asked, runs tools, has faults, and ends', async () => {
    const { stdout } = await cluster('up', '--only', 'zookeeper', '--tick-time', '50', '--json')
    try {
      expect(stdout).toMatch(/^\{"zookeeper":"127\.0\.0\.1:\d+",/)
      const up = JSON.parse(stdout) as { servers: { pid: number }[] }
      const pid = up.servers[0]?.pid as number
      expect((await cluster('status')).stdout).toMatch(/tickTime 50 ms\n.*zookeeper-1 .*running, standalone/)
      expect((await cluster('zookeeper', 'ls', '/')).stdout).toContain('[zookeeper]')
      await cluster('freeze', 'zookeeper-1')
      expect((await cluster('status')).stdout).toMatch(/frozen, pid/)
      await cluster('thaw', 'zookeeper-1')
      await cluster('stop', 'zookeeper-1')
      expect(exists(pid)).toBe(false)
      await cluster('start', 'zookeeper-1')
      await expect(cluster('up')).rejects.toMatchObject({ stderr: expect.stringContaining('is running already') })
    } finally {
      await cluster('down')
    }
    await expect(cluster('status')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no cluster test-command-line is running'),
    })
  })
})
