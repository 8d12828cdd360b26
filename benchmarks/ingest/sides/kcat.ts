import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { settings, type Job } from '../settings.ts'

const execute = promisify(execFile)

/** The name under which the C client is installed; Debian has had two. */
export async function findKcat(): Promise<{ readonly command: string; readonly version: string } | undefined> {
  for (const command of ['kcat', 'kafkacat']) {
    try {
      const { stdout } = await execute(command, ['-V'])
      return { command, version: /Version ([\w.-]+)/.exec(stdout)?.[1] ?? 'unknown' }
    } catch {
      // Not under this name.
    }
  }
  return undefined
}

/** Nanoseconds of CPU time per record of kcat reading a topic to nowhere, as the shell counts them. */
export async function cpuOfKcat(command: string, { bootstrap, topic, items }: Job): Promise<number> {
  const { maxBytes, maxPartitionBytes } = settings
  const options = [`fetch.max.bytes=${maxBytes}`, `max.partition.fetch.bytes=${maxPartitionBytes}`]
  const read = [command, '-C', '-q', '-e', '-o', 'beginning', '-b', bootstrap, '-t', topic, '-c', String(items)]
  const line = [...read, ...options.flatMap((option) => ['-X', option])].join(' ')
  const { stderr } = await execute('bash', ['-c', `TIMEFORMAT='%U %S'; time ${line} > /dev/null`])
  const [user, system] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return (((user ?? NaN) + (system ?? NaN)) * 1e9) / items
}
