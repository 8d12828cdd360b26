import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const main = join(import.meta.dirname, '../src/main.ts')

function demo(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, ['--conditions=@ringkeeper/source', main, ...args], { encoding: 'utf8' })
}

describe("the demo's command line", { timeout: 30_000 }, () => {
  it('explains itself', () => {
    const { status, stdout, stderr } = demo('--help')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^Usage: demo .*--records/s)
  })

  it.each([
    [['--recrods', '5'], "Unknown option '--recrods'"],
    [['--records', 'many'], '--records is "many"; give a whole number'],
    [['--rate', '0'], '--rate is "0"; give a whole number'],
    [['now'], "Unexpected argument 'now'"],
  ])('refuses %j without a stack', (args, reason) => {
    const { status, stderr } = demo(...args)
    expect(status).toBe(64)
    expect(stderr).toContain(`demo: ${reason}`)
    expect(stderr).toContain('Usage: demo')
    expect(stderr).not.toContain('    at ')
  })
})
