import { RingkeeperError } from '@ringkeeper/core'
import { exitCodes, runProgram, type AddCommand, type ProgramDefinition } from '@ringkeeper/command-line'
import { describe, expect, it } from 'vitest'

const greet: AddCommand = (program, io) => {
  program
    .command('greet <name>')
    .description('Greet somebody')
    .action((name: string) => io.out(`hello ${name}\n`))
}

const fail: AddCommand = (program) => {
  program.command('fail').action(async () => {
    throw new RingkeeperError('RK_TEST_BROKEN', 'it broke on s3cret', {})
  })
}

const definition: ProgramDefinition = {
  name: 'tool',
  version: '1.2.3',
  description: 'A tool',
  commands: [greet, fail],
  epilogue: 'Exit codes: 0',
}

async function run(argv: string[], changes: Partial<ProgramDefinition> = {}): Promise<[number, string, string]> {
  let [out, err] = ['', '']
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), exitCode: 0 }
  return [await runProgram({ ...definition, ...changes }, argv, io), out, err]
}

describe('a command-line program', () => {
  it('runs the command that is asked for', async () => {
    expect(await run(['greet', 'Ada'])).toEqual([0, 'hello Ada\n', ''])
  })

  it('prints its version', async () => {
    expect(await run(['--version'])).toEqual([0, '1.2.3\n', ''])
  })

  it('prints its commands and what follows when asked for help', async () => {
    const [code, out] = await run(['--help'])
    expect(code).toBe(0)
    expect(out).toContain('greet <name>')
    expect(out).toContain('Exit codes: 0')
  })

  it('says the same on stderr without a command, which is a mistake in a script', async () => {
    const [code, out, err] = await run([])
    expect(code).toBe(exitCodes.usage)
    expect(out).toBe('')
    expect(err).toContain('Exit codes: 0')
  })

  it('suggests the command that was probably meant', async () => {
    const [code, , err] = await run(['gret', 'Ada'])
    expect(code).toBe(exitCodes.usage)
    expect(err).toContain('greet')
  })

  it('says what is missing on the command line', async () => {
    const [code, , err] = await run(['greet'])
    expect(code).toBe(exitCodes.usage)
    expect(err).toContain("missing required argument 'name'")
  })

  it('prints the code and the message of an error, without secrets', async () => {
    const redact = (text: string): string => text.replaceAll('s3cret', '[redacted]')
    expect(await run(['fail'], { redact })).toEqual([1, '', 'tool: RK_TEST_BROKEN: it broke on [redacted]\n'])
  })

  it('ends with the exit code that belongs to an error', async () => {
    expect((await run(['fail'], { exitCodeOf: () => 78 }))[0]).toBe(78)
  })
})
