import { publish, versionsOf } from '../harness/index.ts'
import { balance, disruption } from './balance.ts'
import { changes } from './changes.ts'
import { functions } from './functions.ts'
import { lookups } from './lookups.ts'
import { memory } from './memory.ts'

const rivals = ['hashring', 'ketama', 'consistent-hash', 'jumphash', 'rendezvous-hash', 'kafkajs']

// What allocates least is measured first, so that no rival's garbage is collected at its cost.
const allocations = memory()
publish({
  command: 'bench:hashing',
  versions: versionsOf(rivals, import.meta.url),
  rows: [
    ...(await lookups()),
    ...(await functions()),
    ...(await changes()),
    ...allocations,
    ...balance(),
    ...disruption(),
  ],
})
