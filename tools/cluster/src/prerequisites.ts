import { isRingkeeperError } from '@ringkeeper/core'
import { classPath, kafkaVersion, zooKeeperVersion } from './jars.ts'
import { requireJava } from './java.ts'

/**
 * Says why this machine cannot run a cluster: no Java, or no Maven and no jars yet. Downloads the jars. For test runs
 * that skip suites and say so.
 *
 * @returns undefined when nothing is missing.
 */
export async function missingPrerequisite(): Promise<Error | undefined> {
  try {
    await requireJava()
    await classPath('zookeeper', zooKeeperVersion)
    await classPath('kafka', kafkaVersion)
    return undefined
  } catch (error) {
    if (isRingkeeperError(error)) return error
    throw error
  }
}
