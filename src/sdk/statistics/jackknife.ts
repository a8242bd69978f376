import { tQuantile, tTwoSided } from './distributions.ts';
import type { Interval } from './test-result.ts';

/** An estimate with the error that leaving out blocks of rows shows. */
export interface Jackknifed {
  readonly estimate: number;
  readonly error: number;
  readonly blocks: number;
  /** Of the estimate against 0; 1 where it can't be told. */
  readonly p_value: number;
  interval(level: number): Interval;
}

/** Fewest blocks from which an error is taken. */
const FEWEST = 4;

/**
 * Delete-a-block jackknife (Quenouille, 1956; Künsch, 1989, for blocks of a series): the estimate is computed again
 * without each block, and t = estimate / error has as many degrees of freedom as there are blocks, less one. With the
 * clusters of a regression as blocks it is the estimator CR3, which errs on the safe side for few clusters (Bell and
 * McCaffrey, 2002). Blocks without which the estimate is not defined (NaN) are not left out; those without which it is
 * the same to the last digit (of weight 0) say nothing of the error and are no degrees of freedom. Where that is so of all,
 * the error is 0, and the estimate is not told from 0.
 */
export function jackknife<B>(blocks: readonly B[], statistic: (blocks: readonly B[]) => number): Jackknifed {
  const estimate = statistic(blocks);
  const defined = blocks
    .map((_, left) => statistic(blocks.filter((_, i) => i !== left)))
    .filter((value) => Number.isFinite(value));
  const without = defined.filter((value) => value !== estimate);
  const n = without.length;
  const isSame = n === 0 && defined.length >= FEWEST;
  const mean = without.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  const squares = without.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const error = isSame ? 0 : n < FEWEST ? Number.NaN : Math.sqrt(((n - 1) / n) * squares);
  return {
    estimate,
    error,
    blocks: n,
    p_value: Number.isFinite(estimate) && error > 0 ? tTwoSided(estimate / error, n - 1) : 1,
    interval: (level) => {
      const margin = isSame ? 0 : tQuantile((1 + level) / 2, n - 1) * error;
      return { low: estimate - margin, high: estimate + margin, level };
    },
  };
}
