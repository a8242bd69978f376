// The statistics kit: tests, effect sizes and their intervals, and the columns that analyses look at.

export { type CountColumns, middleBlock, readBlockCounts } from './block-counts.ts';
export {
  type BlockCounts,
  type BlockExcess,
  blockExcesses,
  type FlippedScores,
  flipScores,
  halfOfScores,
} from './block-excess.ts';
export { categoryLevels, isLevel, type Level, type LevelCodes } from './category-levels.ts';
export { codedCells } from './coded-cells.ts';
export {
  aboutColumns,
  capitalized,
  columnLabel,
  columnPhrase,
  derivedColumnWords,
  inUnit,
  isSourceColumn,
  type NamedColumn,
  namedColumn,
  type Phrase,
  plainColumnName,
  unitOf,
} from './column-names.ts';
export { type StratifiedDifference, type Stratum, stratifiedDifference } from './confounding.ts';
export { type Correlation, correlationTest, spearmanTest } from './correlation.ts';
export { coverageColumn } from './coverage-column.ts';
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
export { exp, ln } from './elementary.ts';
export { kruskalWallis, oneWayAnova, type RankGroups, welchAnova } from './groups.ts';
export { type Jackknifed, jackknife } from './jackknife.ts';
export * from './matrix.ts';
export { columnsToCount, type MidrankSql, midrankSql, type RankedColumn } from './midranks.ts';
export { nearMissTable, type ScreenedHypothesis, type ScreenedRatio, screenedRatio } from './near-miss.ts';
export { cramersVInterval, explainedShareInterval } from './noncentral.ts';
export { type NumberRows, scanNumbers } from './number-scan.ts';
export { type Codes, type PackedCodes, packCodes, unpackCodes } from './packed-codes.ts';
export { type PermutationRequest, type PermutationResult, permutationTest, shuffle } from './permutation.ts';
export { MOST_HOPEFUL_P } from './policy.ts';
export { differenceOfProportions, type ProportionDifference, wilsonInterval } from './proportions.ts';
export { type QuantileRanks, quantileRanks } from './quantile-ranks.ts';
export { HALF_LEVEL, type HalfResult, type Replication, replicates } from './replication.ts';
export { FEWEST_BLOCKS, type RowBlocks, rowBlocks } from './row-blocks.ts';
export {
  FEWEST_LEVEL_BLOCKS,
  isInBlocksEnough,
  type LevelTest,
  replicationOf,
  SCREENING_DRAWS,
  screenLevels,
} from './screen-levels.ts';
export {
  type ColumnEnd,
  type EndValue,
  findSentinels,
  isUnmistakable,
  isUsualNumber,
  isUsualTime,
} from './sentinel-rule.ts';
export {
  type DesignEffect,
  type FoundShare,
  NO_DESIGN_EFFECT,
  readSerialDependence,
  type SerialColumn,
  type SerialDependence,
  serialP,
} from './serial-dependence.ts';
export {
  type EffectKind,
  type EffectSetting,
  type OwnEffect,
  SMALLEST_EFFECTS,
  type SmallestEffect,
  smallestEffect,
} from './smallest-effect.ts';
export { type Halves, halfSql, type Measure, type TableView, tableView } from './table-view.ts';
export { chiSquareIndependence, fisherExact } from './tables.ts';
export type { GroupSummary, Interval, TestResult } from './test-result.ts';
export { hedgesG, type MeanDifference, mannWhitney, type RankSum, welchTest } from './two-samples.ts';
export { UPPER_BITS, upperBits } from './upper-bits.ts';
export {
  classesOf,
  finiteDouble,
  midShares,
  quantileOfClasses,
  type ValueClasses,
  valueClasses,
} from './value-classes.ts';
export {
  type ColumnFacts,
  type CountedCategory,
  readColumnFacts,
  type VaryingMeasure,
} from './varying-columns.ts';
