import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scenario } from './scenario.ts'

/** Writes the pipeline that all workers of a run read. */
export function writePipelineFile(
  folder: string,
  services: { readonly zookeeper: string; readonly kafka: string },
  { sessionTimeout, tickTime }: Scenario,
): string {
  const file = join(folder, 'pipeline.yaml')
  writeFileSync(
    file,
    `pipeline: orders
coordination: { type: zookeeper, connect: "${services.zookeeper}", root: /ringkeeper, sessionTimeout: ${sessionTimeout}ms, serverTick: ${tickTime}ms }
source: { type: kafka, brokers: ["${services.kafka}"], topics: [orders], group: orders-ingest, startFrom: earliest }
codec: json
route:
  key: key
  targets:
    - { name: north, weight: 2, sink: { type: file, path: "out/{target}-{worker}.ndjson", format: envelope } }
    - { name: south, weight: 1, sink: { type: file, path: "out/{target}-{worker}.ndjson", format: envelope } }
deadLetters: { type: file, path: "out/dead-{worker}.ndjson" }
worker: { id: "\${WORKER_ID:-auto}", drainTimeout: 10s, commitInterval: 1s }
http: { host: 127.0.0.1, port: 0 }
`,
  )
  return file
}
