import { execFile, type ExecFileException } from 'node:child_process'
import { join } from 'node:path'
import { errors } from './errors.ts'

/** Kafka 4 needs it; ZooKeeper is content with less. */
const neededJava = 17

/** What keeps the servers and tools small and quick to start; none of it changes what they do. */
export const jvmFlags: readonly string[] = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-Djava.net.preferIPv4Stack=true',
]

/** A program of the Java installation: that of JAVA_HOME where it is set, else that of the PATH. */
export function javaProgram(name: 'java' | 'keytool'): string {
  const home = process.env['JAVA_HOME']
  return home ? join(home, 'bin', name) : name
}

/**
 * Finds Java and checks its version.
 *
 * @returns the program to start.
 * @throws RK_CLUSTER_JAVA_MISSING, RK_CLUSTER_JAVA_TOO_OLD
 */
export async function requireJava(signal?: AbortSignal): Promise<string> {
  const java = javaProgram('java')
  const { error, output } = await run(java, ['-version'], signal)
  const version = /version "([^"]+)"/.exec(output)?.[1]
  if (error || version === undefined) throw errors.JAVA_MISSING({ tried: java }, { cause: error })
  // 1.8.0_292 was the last scheme with a leading 1.
  const major = Number(/^(?:1\.)?(\d+)/.exec(version)?.[1])
  if (!(major >= neededJava)) throw errors.JAVA_TOO_OLD({ java, version, needed: neededJava })
  return java
}

/** Runs a program to its end; `output` is all that it wrote. Rejects only when aborted. */
export async function run(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly error: ExecFileException | undefined; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 << 20, ...(signal && { signal }) }
    execFile(program, args, options, (error, stdout, stderr) => {
      if (signal?.aborted) reject(signal.reason as Error)
      else resolve({ error: error ?? undefined, output: `${stdout}${stderr}` })
    })
  })
}
