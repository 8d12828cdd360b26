import { publish, versionsOf } from '../harness/index.ts'
import { assigning } from './assigning.ts'
import { balance } from './balance.ts'
import { compatibility } from './compatibility.ts'
import { moving } from './moving.ts'
import { placing } from './placing.ts'

publish({
  command: 'bench:partitioning',
  versions: versionsOf(['kafkajs'], import.meta.url),
  rows: [...compatibility(), ...(await placing()), ...balance(), ...(await assigning()), ...(await moving())],
})
