// Exact arithmetic: sums, moments and products that round once, whatever the order, chunking or machine.
export { type AnalysisOfVariance, analysisOfVariance, type GroupSums } from './analysis-of-variance.ts';
export { type TaggedBig, tagBig, untagBig } from './big.ts';
export {
  appendCrossProducts,
  type CrossProductStatistics,
  type CrossProducts,
  crossProductsOf,
  finishCrossProducts,
  noCrossProducts,
  type Term,
  termsOf,
  trianglePairs,
} from './cross-products.ts';
export {
  type Decimal,
  decimalToNumber,
  decimalToRational,
  formatDecimal,
  fraction,
  fractionText,
  isHeld,
  parseDecimal,
  rationalToText,
} from './decimal.ts';
export { type DecimalRange, decimalRange, powerRange, productDigits } from './decimal-products.ts';
export { type DoubleLimbs, doubleLimbs, LIMB_BITS_IN_SQL } from './double-limbs.ts';
export { createExactSum, type ExactSum, mergeSums, roundSum, type SumState, sumText } from './exact-sum.ts';
export {
  type Coefficient,
  type Collinear,
  isCollinear,
  type LeastSquares,
  leastSquares,
  leastSquaresOfMoment,
  type MomentMatrix,
  type NormalEquations,
} from './least-squares.ts';
export type { NumberColumn } from './limbs.ts';
export {
  appendMoments,
  type MomentState,
  type Moments,
  mergeMoments,
  momentState,
  momentsOf,
  momentsOfSums,
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
export {
  type ExactGroup,
  type ExactNumber,
  type ExactRequest,
  type ExactResult,
  exactFraction,
  isInFull,
  MAX_DEGREE,
  termName,
} from './request.ts';
export { type Dependence, type Elimination, eliminate } from './solve.ts';
export { finishMoments, type MomentStatistics } from './statistics.ts';
