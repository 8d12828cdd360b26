import { basename } from 'node:path'
import type { Cluster } from '@ringkeeper-tools/cluster'
import type { TestProject } from 'vitest/node'

/**
 * Starts a real ZooKeeper and Kafka when a selected test file wants them (`*.real.test.ts`), and gives their addresses
 * to the tests. Where they cannot be started the run names the suites that do not run; under CI=true it fails.
 */
export default async function services(project: TestProject): Promise<(() => Promise<void>) | void> {
  const suites = await realSuites(project)
  if (suites.length === 0) return
  let cluster: Cluster
  try {
    const { startCluster } = await import('@ringkeeper-tools/cluster')
    cluster = await startCluster({ name: `tests-${process.pid}`, zookeeper: { servers: 1 }, kafka: {} })
  } catch (error) {
    if (process.env['CI'] === 'true') throw error
    console.warn(`ZooKeeper and Kafka did not start: ${error instanceof Error ? error.message : String(error)}`)
    for (const suite of suites) console.warn(`  does not run: ${suite}`)
    return
  }
  project.provide('zookeeper', { connect: cluster.zookeeper.connect, tickTime: cluster.zookeeper.tickTime })
  project.provide('kafka', { bootstrap: cluster.kafka.bootstrap })
  return async () => {
    await cluster[Symbol.asyncDispose]()
  }
}

async function realSuites(root: TestProject): Promise<string[]> {
  // What the command line selected; the field is there but not in the types.
  const filters = (root.vitest as { filenamePattern?: string[] }).filenamePattern
  const names: string[] = []
  for (const project of root.vitest.projects) {
    const { testFiles } = await project.globTestFiles(filters)
    const real = testFiles.filter((file) => file.endsWith('.real.test.ts'))
    names.push(...real.map((file) => `${project.name} ${basename(file)}`))
  }
  return names
}
