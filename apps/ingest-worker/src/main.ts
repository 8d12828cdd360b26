#!/usr/bin/env node
import { createRequire } from 'node:module'
import { runProgram } from '@ringkeeper/command-line'
import { ingestProgram } from './program.ts'

/** Milliseconds that what is still open may keep a finished process alive. */
const patience = 2000

// Whoever reads the records has gone: nothing more can be written, and what was not read is read again next time.
process.stdout.on('error', () => process.exit(141))

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string }
const code = await runProgram(ingestProgram(version), process.argv.slice(2))
process.exitCode = code
setTimeout(() => process.exit(code), patience).unref()
