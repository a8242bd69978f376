import {
  type HalfResult,
  type Jackknifed,
  jackknife,
  type Replication,
  replicates,
  shuffle,
} from '../../src/sdk/index.ts';
import type { Fit } from './fit-jobs.ts';
import { HOURS, type Hours, type Study } from './hours.ts';

export interface TestedJob {
  readonly fit: Fit;
  /** Logarithm of the factor on the others' service times for each run of the job under way. */
  readonly stretch: Jackknifed;
  readonly first: HalfResult;
  readonly second: HalfResult;
  readonly replication: Replication;
  readonly p_value: number;
  readonly draws: number;
  readonly test: string;
}

/** Draws, and hits of the job with the largest statistic after which no more are made (Besag and Clifford, 1991). */
const [DRAWS, ENOUGH_HITS] = [9_999, 100];

/** Most days of the close that are interchanged with each other, some eight months of them: pairs of all take memory. */
const MOST_INTERCHANGED = 128;

interface Day {
  readonly xy: number;
  readonly xx: number;
}

/**
 * Each job's slope against its distribution where the days of its running are interchanged, whole days at a time,
 * working days and weekends apart, and within stretches of some months; of every draw the largest statistic of all jobs counts, so that having looked at
 * many jobs is accounted for (Westfall and Young, 1993).
 */
export function testJobs(study: Study, hours: Hours, fits: readonly Fit[]): TestedJob[] {
  const days = hours.weekend.length;
  const scores = fits.map((fit) => scoresOf(fit, days));
  const observed = scores.map((score) =>
    statisticOf(
      score,
      Int32Array.from({ length: days }, (_, day) => day),
    ),
  );
  const { hits, draws } = permute(study, hours.weekend, scores, observed);
  return fits.map((fit, i) => {
    const perDay = daysOf(fit, days);
    const stretch = jackknife(perDay, slopeOf);
    const [first, second] = [perDay.slice(0, Math.floor(days / 2)), perDay.slice(Math.floor(days / 2))].map(
      (half): HalfResult => {
        const { estimate, p_value } = jackknife(half, slopeOf);
        return Number.isFinite(estimate) ? { estimate, p_value } : NO_HALF;
      },
    );
    const p_value = ((hits[i] ?? 0) + 1) / (draws + 1);
    const halves = { first: first ?? NO_HALF, second: second ?? NO_HALF };
    return {
      fit,
      stretch,
      ...halves,
      replication: replicates(stretch.estimate, halves.first, halves.second),
      p_value,
      draws,
      test: study.ctx.test({
        family: 'slower beside a job in the close',
        hypothesis: `other jobs take as long while ${fit.name} runs in the close as while it does not`,
        statistic: { name: 'standardised slope', value: observed[i] ?? 0 },
        p_value,
        n: fit.n,
      }),
    };
  });
}

const NO_HALF: HalfResult = { estimate: null, p_value: null };

/** For each pair of days of a stretch: slowness of the one with the running of the other, and the square of that running. */
interface Scores {
  readonly days: number;
  /** Days of a stretch. */
  readonly width: number;
  /** Two numbers for each pair, side by side: draws read them in no order. */
  readonly pairs: Float64Array;
  readonly sigma: number;
}

function scoresOf({ weights, slowness, running }: Fit, days: number): Scores {
  const width = stretchWidth(days);
  const pairs = new Float64Array(2 * days * width);
  let squares = 0;
  for (let own = 0; own < days; own += 1) {
    for (let hour = 0; hour < HOURS; hour += 1) {
      const [weight, y] = [weights[own * HOURS + hour] ?? 0, slowness[own * HOURS + hour] ?? 0];
      if (weight === 0) continue;
      squares += weight * y * y;
      const start = own - (own % width);
      for (let other = start; other < Math.min(days, start + width); other += 1) {
        const x = running[other * HOURS + hour] ?? 0;
        const at = 2 * (own * width + other - start);
        pairs[at] = (pairs[at] ?? 0) + weight * y * x;
        pairs[at + 1] = (pairs[at + 1] ?? 0) + weight * x * x;
      }
    }
  }
  return { days, width, pairs, sigma: Math.sqrt(squares / (days * HOURS)) };
}

/** Stretches of equal length, the last one apart. */
function stretchWidth(days: number): number {
  return Math.ceil(days / Math.ceil(days / MOST_INTERCHANGED));
}

function statisticOf({ days, width, pairs, sigma }: Scores, order: Int32Array): number {
  let [score, square] = [0, 0];
  for (let day = 0; day < days; day += 1) {
    const at = 2 * (day * width + ((order[day] ?? day) % width));
    score += pairs[at] ?? 0;
    square += pairs[at + 1] ?? 0;
  }
  return square > 0 && sigma > 0 ? score / Math.sqrt(square) / sigma : 0;
}

/** Per job, how many draws have a largest statistic that reaches its own. */
function permute(
  { ctx }: Study,
  weekend: readonly boolean[],
  scores: readonly Scores[],
  observed: readonly number[],
) {
  const random = ctx.random('order of days');
  const width = stretchWidth(weekend.length);
  const alike = Map.groupBy(
    weekend.keys(),
    (day) => `${weekend[day] ? 'weekend' : 'working days'} ${Math.floor(day / width)}`,
  );
  const classes = [...alike.values()].map((days) => Int32Array.from(days));
  const order = new Int32Array(weekend.length);
  const hits = observed.map(() => 0);
  const top = observed.indexOf(Math.max(...observed));
  let draws = 0;
  while (draws < DRAWS && (hits[top] ?? 0) < ENOUGH_HITS) {
    draws += 1;
    for (const days of classes) {
      const mixed = days.slice();
      shuffle(mixed, random);
      for (const [i, day] of days.entries()) order[day] = mixed[i] ?? day;
    }
    let most = Number.NEGATIVE_INFINITY;
    for (const score of scores) most = Math.max(most, statisticOf(score, order));
    for (const [i, own] of observed.entries())
      if (most >= own - Math.abs(own) * 1e-12) hits[i] = (hits[i] ?? 0) + 1;
  }
  return { hits, draws };
}

function daysOf({ weights, slowness, running }: Fit, days: number): Day[] {
  return Array.from({ length: days }, (_, day) => {
    let [xy, xx] = [0, 0];
    for (let at = day * HOURS; at < (day + 1) * HOURS; at += 1) {
      const [weight, x] = [weights[at] ?? 0, running[at] ?? 0];
      xy += weight * x * (slowness[at] ?? 0);
      xx += weight * x * x;
    }
    return { xy, xx };
  });
}

function slopeOf(days: readonly Day[]): number {
  return days.reduce((sum, { xy }) => sum + xy, 0) / days.reduce((sum, { xx }) => sum + xx, 0);
}
