import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { violations, type Layer } from './check.ts'

const root = join(import.meta.dirname, '../../..')
const { layers } = JSON.parse(readFileSync(join(import.meta.dirname, '../layers.json'), 'utf8')) as {
  layers: Record<string, Layer>
}
const found = violations(root, layers)
for (const line of found) console.error(line)
console.log(found.length === 0 ? 'boundaries: imports follow the layers' : `boundaries: ${found.length} violations`)
process.exitCode = found.length === 0 ? 0 : 1
