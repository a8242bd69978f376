// Exact arithmetic: sums, moments and products that round once, whatever the order, chunking or machine.
export { type TaggedBig, tagBig, untagBig } from './big.ts';
export {
  type Decimal,
  decimalToNumber,
  decimalToRational,
  formatDecimal,
  fraction,
  isHeld,
  parseDecimal,
  rationalToText,
} from './decimal.ts';
export { createExactSum, type ExactSum, mergeSums, roundSum, type SumState, sumText } from './exact-sum.ts';
export type { NumberColumn } from './limbs.ts';
export {
  appendMoments,
  type MomentState,
  type Moments,
  mergeMoments,
  momentState,
  momentsOf,
  noMoments,
  presentRows,
} from './moments.ts';
export {
  appendProducts,
  finishProducts,
  noProducts,
  type ProductStatistics,
  type Products,
  pairsOf,
  productsOf,
} from './products.ts';
export {
  type ExactValue,
  exactValue,
  interpolate,
  type QuantilePosition,
  quantilePosition,
} from './quantile.ts';
export { numberToRational, type Rational, rational, rationalToNumber, sqrtToNumber } from './rational.ts';
export type { ExactGroup, ExactNumber, ExactRequest, ExactResult } from './request.ts';
export { finishMoments, type MomentStatistics } from './statistics.ts';
