import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errors } from './errors.ts'
import { jarsFolder } from './folders.ts'
import { run } from './java.ts'
import { withLock } from './lock.ts'

/** What can be downloaded; each has a pom in maven/. */
export type Artifact = 'zookeeper' | 'kafka' | 'kafka-tools'

/** The newest that could be resolved in full when this was written. */
export const zooKeeperVersion = '3.9.5'

/** The newest when this was written. */
export const kafkaVersion = '4.4.0'

/** The newest tools that could be resolved in full when this was written; they work with newer and older brokers too. */
export const kafkaToolsVersion = '4.3.1'

const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/**
 * The class path of an artifact with all it needs, downloaded by Maven when it is not there yet.
 *
 * @throws RK_CLUSTER_MAVEN_MISSING, RK_CLUSTER_DOWNLOAD_FAILED
 */
export async function classPath(artifact: Artifact, version: string, signal?: AbortSignal): Promise<string> {
  const folder = join(jarsFolder, `${artifact}-${version}`)
  if (!existsSync(folder)) {
    await withLock(
      join(jarsFolder, 'download.lock'),
      async () => {
        if (!existsSync(folder)) await download(artifact, version, folder, signal)
      },
      signal,
    )
  }
  return join(folder, '*')
}

async function download(artifact: Artifact, version: string, folder: string, signal?: AbortSignal): Promise<void> {
  const unfinished = mkdtempSync(join(jarsFolder, 'unfinished-'))
  try {
    const { error, output } = await run(
      'mvn',
      [
        '-q',
        '-B',
        '-f',
        join(import.meta.dirname, '../maven', `${artifact}.xml`),
        `-Dservice.version=${version}`,
        copyDependencies,
        '-DincludeScope=runtime',
        `-DoutputDirectory=${unfinished}`,
      ],
      signal,
    )
    const name = `${artifact} ${version}`
    if (error?.code === 'ENOENT') throw errors.MAVEN_MISSING({ artifact: name }, { cause: error })
    if (error) throw errors.DOWNLOAD_FAILED({ artifact: name, output: firstError(output) }, { cause: error })
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Maven says the same thing many times, and its help after it. */
const firstError = (output: string): string =>
  output
    .split('\n')
    .find((line) => line.includes('[ERROR]'))
    ?.slice(0, 500) ?? output.slice(0, 500)
