import { exp, ln } from '../../src/sdk/index.ts';

/** A gap in the tail of a sample, and how surprising it is. */
export interface TailGap {
  /** How many values lie beyond the gap. */
  readonly outliers: number;
  /** Distance of the nearest of them from the middle, over that of the farthest ordinary value. */
  readonly ratio: number;
  /** Spacing at the gap over the mean spacing deeper in the tail: F with 2 and 2 × `compared` degrees of freedom. */
  readonly statistic: number;
  /** Over all places where the gap could be. */
  readonly p_value: number;
  /** Spacings deeper in the tail that it is compared with. */
  readonly compared: number;
}

/** How deep a tail is looked at: up to so many values may be outliers, and so many spacings are compared with. */
export interface Depth {
  readonly most: number;
  readonly compared: number;
}

/** At most one value in two hundred is an outlier; the tail they are compared with is at most a fifth of all values. */
const MOST_SHARE = 0.005;
const MOST = 30;
const COMPARED = 50;
const TAIL_SHARE = 0.2;
const FEWEST_COMPARED = 10;

/** The depth for a sample of `n` values; undefined where it is too small. */
export function depthFor(n: number, most = MOST): Depth | undefined {
  const outliers = Math.max(2, Math.min(most, Math.floor(MOST_SHARE * n)));
  const compared = Math.min(COMPARED, Math.floor(TAIL_SHARE * n) - outliers);
  return compared < FEWEST_COMPARED ? undefined : { most: outliers, compared };
}

/** Values that a tail is read with. */
export function tailLength({ most, compared }: Depth): number {
  return most + compared + 1;
}

/**
 * Looks for a gap among the last values of a tail, given as distances from the middle of the sample, the farthest first.
 *
 * Above a high threshold, r log(Y(r) / Y(r+1)) of the order statistics of a Pareto tail are independent and exponential
 * with one mean (Rényi 1953; the mean of many is Hill's estimate of the tail index, 1975). In every lighter tail whose
 * log-log survival curve bends down (normal, exponential, lognormal, Student) the spacings get smaller towards the end.
 * So the ratio of a spacing near the end to the mean of spacings deeper down is at most F(2, 2k): a test of Barnett
 * and Lewis's exponential kind (1994, chapter 6) with the tail of the data itself as the null, and conservative for
 * all but the heaviest. A gap with r values beyond may be at any r; the chances are added with the weights 1 / (r (r + 1)).
 *
 * Rounding makes gaps too: the widest gap deeper down is taken off each gap first. Undefined where the tail does not
 * reach deep enough above zero.
 */
export function findTailGap(distances: readonly number[], { most, compared }: Depth): TailGap | undefined {
  const deepest = distances.findIndex((distance) => !(distance > 0));
  const usable = deepest < 0 ? distances.length : deepest;
  const k = Math.min(compared, usable - 1 - most);
  if (k < FEWEST_COMPARED) return undefined;
  const at = (rank: number) => distances[rank - 1] ?? 0;
  let [sum, widest] = [0, 0];
  for (let rank = most + 1; rank <= most + k; rank++) {
    sum += rank * ln(at(rank) / at(rank + 1));
    widest = Math.max(widest, at(rank) - at(rank + 1));
  }
  const mean = sum / k;
  if (!(mean > 0)) return undefined;
  let best: TailGap | undefined;
  for (let rank = 1; rank <= most; rank++) {
    const inner = at(rank + 1);
    const spacing = rank * ln(Math.max(at(rank) - widest, inner) / inner);
    const statistic = spacing / mean;
    const p_value = Math.min(1, exp(-k * ln(1 + statistic / k)) * rank * (rank + 1));
    if (best === undefined || p_value < best.p_value) {
      best = { outliers: rank, ratio: at(rank) / inner, statistic, p_value, compared: k };
    }
  }
  return best;
}

/**
 * One p-value for both tails of a sample, which are independent far out: twice the smaller of Bonferroni's p-value
 * and Fisher's (1925) combination q (1 - ln q) of their product q. So outliers on both sides speak together, and
 * those on one side lose little.
 */
export function combineTails(p: readonly number[]): number {
  const [first, second] = p;
  if (first === undefined) return 1;
  if (second === undefined) return first;
  const product = first * second;
  const fisher = product > 0 ? product * (1 - ln(product)) : 0;
  return Math.min(1, 2 * Math.min(2 * Math.min(first, second), fisher));
}
