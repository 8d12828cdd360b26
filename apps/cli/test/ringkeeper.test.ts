import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

function ringkeeper(...argv: string[]): Promise<Outcome> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  return new Promise((resolve) => {
    execFile(process.execPath, ['--conditions=@ringkeeper/source', main, ...argv], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

describe('ringkeeper', { timeout: 60_000 }, () => {
  it('prints its version', async () => {
    const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
    const { version } = JSON.parse(text) as { version: string }
    expect(await ringkeeper('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it('prints its help, and as an error where a command is missing', async () => {
    const help = await ringkeeper('--help')
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('Usage: ringkeeper') as string })
    expect(await ringkeeper()).toEqual({ code: 64, out: '', err: help.out })
  })

  it('refuses what it does not know', async () => {
    expect(await ringkeeper('--verbos')).toMatchObject({
      code: 64,
      err: expect.stringContaining('unknown option') as string,
    })
  })
})
