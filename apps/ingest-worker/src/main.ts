#!/usr/bin/env node
import { createRequire } from 'node:module'
import { runProgram } from '@ringkeeper/command-line'
import { ingestProgram } from './program.ts'

/** Milliseconds that what is still open may keep a finished process alive. */
const patience = 2000

// Nothing more can be written, and what was not is read again next time. Whoever reads the records may just have gone.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(141)
  process.stderr.write(`ringkeeper-ingest: stdout cannot be written: ${message}\n`)
  process.exit(74)
})

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string }
const code = await runProgram(ingestProgram(version), process.argv.slice(2))
process.exitCode = code
setTimeout(() => process.exit(code), patience).unref()
