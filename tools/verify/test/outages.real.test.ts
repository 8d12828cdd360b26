import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { missingPrerequisite, startCluster, type Cluster } from '@ringkeeper-tools/cluster'
import { expect, it } from 'vitest'
import { lost, orderViolations, overlaps, tenures } from '../src/fleet/checks.ts'
import { fill } from '../src/fleet/fill.ts'
import { Offsets } from '../src/fleet/offsets.ts'
import { writePipelineFile } from '../src/fleet/pipeline-file.ts'
import { fullScenario } from '../src/fleet/scenario.ts'
import { WorkerProcess } from '../src/fleet/worker-process.ts'
import { readWritten } from '../src/fleet/written.ts'

it.skipIf(await missingPrerequisite())(
  'ZooKeeper is away for 3 s and Kafka for 10 s: the fleet goes on, loses nothing, and Kafka shows its lag',
  async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringkeeper-outages-'))
    await using cluster = await startCluster({
      name: `outages-${process.pid}`,
      zookeeper: { servers: 1, tickTime: 100 },
      kafka: { topics: [{ name: 'orders', partitions: 4 }] },
      signal,
    })
    const services = { zookeeper: cluster.zookeeper.connect, kafka: cluster.kafka.bootstrap }
    const config = writePipelineFile(folder, services, fullScenario)
    await using offsets = new Offsets(services.kafka)
    {
      await using first = new WorkerProcess('a', config, folder)
      await using second = new WorkerProcess('b', config, folder)
      await Promise.all([first.ready(signal), second.ready(signal)])
      const filling = fill({ kafka: services.kafka, folder, records: 20_000, keys: 200, rate: 1000, signal })
      await away(cluster, 'zookeeper-1', 3000)
      await away(cluster, 'kafka-1', 10_000)
      await filling
      while ((await offsets.lag()) > 0) await pause(100, undefined, { signal })
      expect([await first.leave(), await second.leave()]).toEqual([0, 0])
    }
    const ends = await offsets.ends()
    const written = await readWritten(join(folder, 'out'))
    expect({
      records: [...ends.values()].reduce((sum, end) => sum + end, 0) >= 20_000,
      lost: lost(written, ends),
      orderViolations: orderViolations(written),
      overlaps: overlaps(tenures(written)),
    }).toEqual({ records: true, lost: 0, orderViolations: 0, overlaps: 0 })

    expect(await lagShown(cluster)).toBe(0)
    await fill({ kafka: services.kafka, folder, records: 100, keys: 10, rate: 1_000_000, signal })
    expect(await lagShown(cluster)).toBe(100)
    rmSync(folder, { recursive: true })
  },
  240_000,
)

/** Stops a server, and starts it again after `duration` milliseconds; the outage is what is tested, so this waits. */
async function away(cluster: Cluster, name: string, duration: number): Promise<void> {
  await cluster.server(name).stop()
  await pause(duration)
  await cluster.server(name).start()
}

/** The lag that Kafka's own tool sees, over all partitions. */
async function lagShown(cluster: Cluster): Promise<number> {
  const text = await cluster.kafkaTool('consumer-groups', ['--describe', '--group', 'orders-ingest'])
  const rows = text.split('\n').filter((line) => line.startsWith('orders-ingest'))
  expect(rows).toHaveLength(4)
  return rows.reduce((sum, row) => sum + Number(row.trim().split(/\s+/)[5]), 0)
}
