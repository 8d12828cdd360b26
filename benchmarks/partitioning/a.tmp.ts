import { publish } from '../harness/index.ts'
import { assigning } from './assigning.ts'
publish({ command: 'x', versions: {}, rows: await assigning() })
