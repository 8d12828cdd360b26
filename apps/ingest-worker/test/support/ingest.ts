import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '@ringkeeper/command-line'
import { onTestFinished } from 'vitest'
import { ingestProgram } from '../../src/program.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** What runs a command as a process of its own. */
export function ingestCommand(argv: readonly string[]): readonly string[] {
  return [process.execPath, '--conditions=@ringkeeper/source', main, ...argv]
}

/** A folder with some files, gone after the test. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringkeeper-ingest-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

/** What a program printed, and its exit code. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command in this process. */
export async function ingest(...argv: string[]): Promise<Outcome> {
  let [out, err] = ['', '']
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), exitCode: 0 }
  const code = await runProgram(ingestProgram('0.0.0-test'), argv, io)
  return { code, out, err }
}

/** `ringkeeper-ingest` as a process of its own. */
export interface IngestProcess {
  /** Where its status pages are, once it says so. */
  readonly address: Promise<string>
  readonly exited: Promise<Outcome>
  /** What it has printed to stderr so far. */
  readonly log: () => string
  /** Resolves when stderr has some text in it. */
  readonly logged: (text: string) => Promise<void>
  readonly kill: (signal: NodeJS.Signals) => void
}

export function startIngest(
  folder: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): IngestProcess {
  const [node = '', ...rest] = ingestCommand(argv)
  const child = spawn(node, rest, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  const watchers = new Set<() => void>()
  const heard = (): void => watchers.forEach((watch) => watch())
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    heard()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
    heard()
  })
  const exited = new Promise<Outcome>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code: code ?? -1, out, err: `${err}${signal ?? ''}` })
      heard()
    })
  })
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        const found = look()
        if (found !== undefined) resolve(found)
        else if (child.exitCode === null) return
        else reject(new Error(`the process has ended: ${err}`))
        watchers.delete(watch)
      }
      watchers.add(watch)
      watch()
    })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const address = until(() => /^status pages: (\S+)$/m.exec(out)?.[1])
  address.catch(() => {})
  return {
    address,
    exited,
    log: () => err,
    logged: (text) => until(() => (err.includes(text) ? true : undefined)).then(() => {}),
    kill: (signal) => void child.kill(signal),
  }
}
