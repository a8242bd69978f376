import { ln, permutationTest } from '../../src/sdk/index.ts';
import { type Split, splitsOf } from './greatest-gain.ts';
import { type Degree, whitenedLineCost } from './line-cost.ts';
import { memoryOf, withoutLine } from './memory.ts';
import { centredRanks, ENOUGH_HITS, type Permutations } from './no-change-test.ts';

/** Shares of the last value that are tried, on either side of the comparison. */
const MEMORIES = [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.85, 0.93];

/** Values that are drawn for one change, about, so that one of a long series costs no minute, and the fewest series. */
const DRAWN_VALUES = 600_000;
const FEWEST_DRAWN = 1_999;

/** Longest memory that is drawn: a level that lasts longer than that gives it counts as a change. */
const LONGEST = 0.85;

/**
 * P-value of “one constant or line, and a memory that makes it wander” against a change of level, in one stretch. The
 * likelihood ratio, with a memory of its own for either, is compared with that of drawn series: a parametric bootstrap of
 * the comparison of Beaulieu and Killick (2018); on ranks of what the one constant or line leaves, for waits are skewed and
 * spread with their level. A step looks like memory, and a memory can be explained away by steps: the draws have the mean
 * of the autocorrelations of the stretch as it is, and beside the change.
 */
export function memoryAloneP(
  stretch: Float64Array,
  at: number,
  degree: Degree,
  shortest: number,
  { random, most }: Permutations,
): number {
  const onRanks = (some: Float64Array) => centredRanks(withoutLine(some, degree));
  const values = onRanks(stretch);
  const phi = (memoryIn(values, [], degree) + memoryIn(values, [at], degree)) / 2;
  const splits = splitsOf(0, stretch.length, shortest);
  const drawn = new Float64Array(stretch.length);
  return permutationTest({
    observed: likelihoodRatio(values, splits, degree),
    draw: () => {
      let last = random.normal() / Math.sqrt(1 - phi * phi);
      for (let t = 0; t < drawn.length; t += 1) {
        drawn[t] = last;
        last = phi * last + random.normal();
      }
      return likelihoodRatio(onRanks(drawn), splits, degree);
    },
    draws: Math.min(most, Math.max(FEWEST_DRAWN, Math.floor(DRAWN_VALUES / stretch.length))),
    stopAfterHits: ENOUGH_HITS,
  }).p_value;
}

function memoryIn(values: Float64Array, changes: readonly number[], degree: Degree): number {
  return Math.min(LONGEST, memoryOf(values, changes, degree));
}

/** Twice the gain of log likelihood by one change, each side with the memory that suits it best. */
function likelihoodRatio(values: Float64Array, splits: readonly Split[], degree: Degree): number {
  const n = values.length;
  const costWith = whitenedLineCost(values, degree);
  let [without, withOne] = [Infinity, Infinity];
  for (const phi of MEMORIES) {
    const cost = costWith(phi);
    const starts = ln(1 - phi * phi);
    let least = Infinity;
    for (const { at } of splits) least = Math.min(least, cost(0, at) + cost(at, n));
    without = Math.min(without, n * ln(Math.max(cost(0, n), Number.MIN_VALUE)) - starts);
    withOne = Math.min(withOne, n * ln(Math.max(least, Number.MIN_VALUE)) - 2 * starts);
  }
  return without - withOne;
}
