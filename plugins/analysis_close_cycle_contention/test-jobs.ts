import {
  flipScores,
  type HalfResult,
  type Jackknifed,
  jackknife,
  type Replication,
  replicates,
} from '../../src/sdk/index.ts';
import type { Day, Fit } from './fit-jobs.ts';
import type { Study } from './hours.ts';

export interface TestedJob {
  readonly fit: Fit;
  /** Logarithm of the factor on the others' service times for each run of the job under way. */
  readonly stretch: Jackknifed;
  readonly first: HalfResult;
  readonly second: HalfResult;
  readonly replication: Replication;
  readonly p_value: number;
  readonly test: string;
}

export const DRAWS = 9_999;

/**
 * Each job's slope against what it would be if the score of any day could as well have had the other sign: whole days
 * are turned, the same of all jobs, and of every draw the largest statistic of all jobs counts, so that having looked at
 * many jobs is accounted for.
 */
export function testJobs({ ctx }: Pick<Study, 'ctx'>, fits: readonly Fit[]): TestedJob[] {
  const scores = fits.map(({ days }) => Float64Array.from(days, ({ xy }) => xy));
  const { p_values, statistics } = flipScores(scores, DRAWS, ctx.random('signs of days'));
  return fits.map((fit, i) => {
    const { days } = fit;
    const stretch = jackknife(days, slopeOf);
    const middle = Math.floor(days.length / 2);
    const [first, second] = [halfOf(days.slice(0, middle)), halfOf(days.slice(middle))];
    const p_value = p_values[i] ?? 1;
    return {
      ...{ fit, stretch, first, second, p_value },
      replication: replicates(stretch.estimate, first, second),
      test: ctx.test({
        family: 'slower beside a job in the close',
        hypothesis: `other jobs take as long while ${fit.name} runs in the close as while it does not`,
        statistic: { name: 'standardised slope', value: statistics[i] ?? 0 },
        p_value,
        n: fit.n,
      }),
    };
  });
}

function halfOf(days: readonly Day[]): HalfResult {
  const { estimate, p_value } = jackknife(days, slopeOf);
  return Number.isFinite(estimate) ? { estimate, p_value } : { estimate: null, p_value: null };
}

function slopeOf(days: readonly Day[]): number {
  return days.reduce((sum, { xy }) => sum + xy, 0) / days.reduce((sum, { xx }) => sum + xx, 0);
}
