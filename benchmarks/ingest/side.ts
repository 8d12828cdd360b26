import type { Job, Run } from './settings.ts'

/** What one run cost its process. */
export interface Cost {
  /** Nanoseconds of CPU time per record, over all threads. */
  readonly cpu: number
  /** Records per second of the clock. */
  readonly rate: number
  /** Bytes of the process after the run. */
  readonly rss: number
}

/** The sides by name; a process loads only its own. */
const runs: Readonly<Record<string, () => Promise<Run>>> = {
  'ringkeeper read': async () => (await import('./sides/ringkeeper.ts')).read,
  'ringkeeper readOn': async () => (await import('./sides/ringkeeper.ts')).readOn,
  'ringkeeper readFields': async () => (await import('./sides/ringkeeper.ts')).readFields,
  'ringkeeper forward': async () => (await import('./sides/ringkeeper.ts')).forward,
  'kafkajs read': async () => (await import('./sides/kafkajs.ts')).read,
  'kafkajs readFields': async () => (await import('./sides/kafkajs.ts')).readFields,
  'kafkajs forward': async () => (await import('./sides/kafkajs.ts')).forward,
  fetch: async () => (await import('./sides/fetch.ts')).fetchOnly,
  'fetch and route': async () => (await import('./sides/fetch.ts')).fetchAndRoute,
  'platformatic iterate': async () => (await import('./sides/platformatic.ts')).iterate,
  'platformatic 1 iterate': async () => (await import('./sides/platformatic-1.ts')).iterate,
  'platformatic 1 read': async () => (await import('./sides/platformatic-1.ts')).read,
  'platformatic read': async () => (await import('./sides/platformatic.ts')).read,
}

/** A process of one side: it does a job whenever it is told to, and answers what that cost. */
const name = process.argv[2] ?? ''
const run = await runs[name]?.()
if (!run) throw new Error(`there is no side "${name}"`)

process.on('message', (job: Job) => {
  void measure(run, job).then((cost) => {
    // Now, and not in the background while the other side runs. Where memory is measured, nothing helps the process.
    if (name !== 'ringkeeper readOn') globalThis.gc?.()
    process.send?.(cost)
  })
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

async function measure(once: Run, job: Job): Promise<Cost> {
  const begin = performance.now()
  const before = process.cpuUsage()
  const records = await once(job)
  const { user, system } = process.cpuUsage(before)
  const rate = records / ((performance.now() - begin) / 1000)
  return { cpu: ((user + system) * 1000) / records, rate, rss: process.memoryUsage().rss }
}
