import { publish, versionsOf } from '@ringkeeper/benchmarks/harness'
import { demoRows } from './demo-rows.ts'
import { demoOptions, usage } from './options.ts'
import { runDemo } from './run-demo.ts'
import type { DemoSettings } from './settings.ts'
import { demoView } from './view.ts'

/** As in BSD's sysexits.h: the command line is wrong. */
const wrongUsage = 64

async function demo(settings: DemoSettings): Promise<number> {
  const run = await runDemo(settings, demoView(settings.records, process.stdout))
  const rows = demoRows(run, settings)
  process.stdout.write('\n')
  publish({ command: 'demo', about: 'what went in and what came out', versions: versionsOf([], import.meta.url), rows })
  const isFine = rows.every(({ met }) => met !== false)
  if (!isFine)
    process.stderr.write('demo: something that must not happen has happened: see the rows that say NOT MET\n')
  return isFine ? 0 : 1
}

const options = demoOptions(process.argv.slice(2))
if (options.kind === 'help') {
  process.stdout.write(usage)
} else if (options.kind === 'wrong') {
  process.stderr.write(`demo: ${options.reason}\n\n${usage}`)
  process.exitCode = wrongUsage
} else {
  // The killed worker is still here, as no process would be.
  process.exit(await demo(options.settings))
}
