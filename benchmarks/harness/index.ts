export { compare, compareCosts, cpuPerItem, type Comparison, type Contest, type Side } from './compare.ts'
export { publish, type Report } from './report.ts'
export { figure, median, skipped, spreadOf, type Row } from './row.ts'
export { versionsOf } from './versions.ts'
