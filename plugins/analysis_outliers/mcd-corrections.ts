import { chiSquareQuantile, chiSquareTail, exp, ln } from '../../src/sdk/index.ts';

/**
 * Factor that makes the covariance of the innermost `share` of normal points in p dimensions consistent: Croux and
 * Haesbroeck (1999), share / P(χ²(p + 2) ≤ the share's quantile of χ²(p)).
 */
export function consistency(p: number, share: number): number {
  return share / (1 - chiSquareTail(chiSquareQuantile(share, p), p + 2));
}

/** Correction of the raw estimate for small samples, by simulation: Pison, Van Aelst and Willems (2002). */
export function rawCorrection(p: number, n: number, coverage: number): number {
  return correction(p, n, coverage, RAW);
}

/** Correction of the reweighted estimate. */
export function reweightedCorrection(p: number, n: number, coverage: number): number {
  return correction(p, n, coverage, REWEIGHTED);
}

/** Per coverage: for p > 2 the constants (a, b) at q = 2 and 3; for p = 1 and 2 those of 1 - exp(a) / n^b. */
interface Fitted {
  readonly one: readonly [number, number];
  readonly two: readonly [number, number];
  readonly more: readonly [readonly [number, number], readonly [number, number]];
}

/** The fitted constants of the paper's tables, for half and seven eighths of the points covered. */
interface Table {
  readonly half: Fitted;
  readonly most: Fitted;
}

const RAW: Table = {
  half: {
    one: [0.262024211897096, 0.604756680630497],
    two: [0.673292623522027, 0.691365864961895],
    more: [
      [-1.42764571687802, 1.26263336932151],
      [-1.06141115981725, 1.28907991440387],
    ],
  },
  most: {
    one: [-0.351584646688712, 1.01646567502486],
    two: [0.446537815635445, 1.06690782995919],
    more: [
      [-0.455179464070565, 1.11192541278794],
      [-0.294241208320834, 1.09649329149811],
    ],
  },
};

const REWEIGHTED: Table = {
  half: {
    one: [1.11098143415027, 1.5182890270453],
    two: [3.11101712909049, 1.91401056721863],
    more: [
      [-1.02842572724793, 1.67659883081926],
      [-0.26800273450853, 1.35968562893582],
    ],
  },
  most: {
    one: [-0.66046776772861, 0.88939595831888],
    two: [0.79473550581058, 1.10081930350091],
    more: [
      [-0.544482443573914, 1.25994483222292],
      [-0.343791072183285, 1.25159004257133],
    ],
  },
};

const HALF = 0.5;
const MOST = 0.875;

function correction(p: number, n: number, coverage: number, table: Table): number {
  const half = expectedShare(p, n, table.half);
  const most = expectedShare(p, n, table.most);
  const at =
    coverage <= MOST
      ? half + ((most - half) / (MOST - HALF)) * (coverage - HALF)
      : most + ((1 - most) / (1 - MOST)) * (coverage - MOST);
  return 1 / at;
}

/** What the uncorrected estimate is on average of a standard normal sample: 1 - exp(a) / n^b. */
function expectedShare(p: number, n: number, { one, two, more }: Fitted): number {
  const [a, b] = p === 1 ? one : p === 2 ? two : extrapolated(p, more);
  return 1 - exp(a - b * ln(n));
}

/** Constants for p > 2 from the fits at n = 2 p² and 3 p². */
function extrapolated(p: number, [second, third]: Fitted['more']): [number, number] {
  const logShortfall = ([a, b]: readonly [number, number]) => ln(-a) - b * ln(p);
  const [x2, x3] = [-ln(2 * p * p), -ln(3 * p * p)];
  const slope = (logShortfall(third) - logShortfall(second)) / (x3 - x2);
  return [logShortfall(second) - slope * x2, slope];
}
