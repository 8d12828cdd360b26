import type { Row } from '../harness/index.ts'
import { balance, disruption } from './balance.ts'
import { changes } from './changes.ts'
import { functions } from './functions.ts'
import { lookups } from './lookups.ts'
import { memory } from './memory.ts'

/** Measures one row or several. */
export type Measurement = () => Row | readonly Row[] | Promise<Row>

/** Everything that is measured, by name. */
export const measurements: Readonly<Record<string, Measurement>> = {
  ...lookups,
  ...functions,
  ...changes,
  memory,
  balance,
  disruption,
}
