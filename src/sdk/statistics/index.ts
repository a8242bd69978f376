// The statistics kit: tests, effect sizes and their intervals, and the columns that analyses look at.
export {
  betaQuantile,
  chiSquareQuantile,
  chiSquareTail,
  fTail,
  kolmogorovTail,
  logGamma,
  normalQuantile,
  normalTail,
  tQuantile,
  tTail,
  tTwoSided,
} from './distributions.ts';
export { nearMissTable, type ScreenedHypothesis } from './near-miss.ts';
export { MOST_HOPEFUL_P } from './policy.ts';
export { HALF_LEVEL, type HalfResult, type Replication, replicates } from './replication.ts';
export { type Halves, halfSql, type Measure, type TableView, tableView } from './table-view.ts';
