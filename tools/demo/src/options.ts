import { parseArgs } from 'node:util'
import { messageOf } from '@ringkeeper/core'
import { defaultSettings, type DemoSettings } from './settings.ts'

export const usage = `Usage: demo [--records N] [--rate N] [--json FILE]

Runs three workers in this process, kills one half-way, adds another, and counts every record.

  --records N  how many records there are (${defaultSettings.records})
  --rate N     records per second (${defaultSettings.rate})
  --json FILE  write the table as JSON, too
  --help       print this
`

/** What to run, or why not. */
export type DemoOptions =
  | { readonly kind: 'run'; readonly settings: DemoSettings }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly reason: string }

/** Reads the demo's command line. */
export function demoOptions(args: readonly string[]): DemoOptions {
  const { records, rate } = defaultSettings
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'string' },
        records: { type: 'string', default: String(records) },
        rate: { type: 'string', default: String(rate) },
      },
    })
    if (values.help === true) return { kind: 'help' }
    const settings = {
      ...defaultSettings,
      records: whole('--records', values.records),
      rate: whole('--rate', values.rate),
    }
    return { kind: 'run', settings }
  } catch (error) {
    return { kind: 'wrong', reason: messageOf(error) }
  }
}

function whole(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Error(`${option} is ${JSON.stringify(text)}; give a whole number above 0`)
}
