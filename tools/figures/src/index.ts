export { allMet, judge, meets, type Figures, type JudgedRow, type Row } from './figures.ts'
export { quantile, report } from './report.ts'
export { table } from './table.ts'
