#!/usr/bin/env node
import { createRequire } from 'node:module'
import { runProgram } from '@ringkeeper/command-line'
import { ringkeeperProgram } from './program.ts'

const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string }
process.exitCode = await runProgram(ringkeeperProgram(version), process.argv.slice(2))
