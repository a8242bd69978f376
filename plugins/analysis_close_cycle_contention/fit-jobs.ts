import { HOURS, type Hours, type Series } from './hours.ts';

/** What a job's running does to the service times of all other jobs, hour by hour. */
export interface Fit {
  readonly name: string;
  /** Weights, slowness of the others, and the job's running: what day, hour of the day and volume leave of them. */
  readonly weights: Float64Array;
  readonly slowness: Float64Array;
  readonly running: Float64Array;
  /** Runs of others that started in these hours. */
  readonly n: number;
  /** Seconds of service of runs of others, for each run of the job at once beside which they started. */
  readonly besideS: number;
}

const [FEWEST_DAYS, FEWEST_HOURS] = [8, 16];
const ROUNDS = 12;

/** Jobs that are under way on enough days, in some hours and not in others. */
export function fitJobs(hours: Hours): Fit[] {
  return [...hours.jobs].flatMap(([name, series]) => {
    const active = [...series.running.keys()].filter((at) => (series.running[at] ?? 0) > 0);
    const days = new Set(active.map((at) => Math.floor(at / HOURS)));
    return days.size < FEWEST_DAYS || active.length < FEWEST_HOURS ? [] : [fitJob(hours, name, series)];
  });
}

/**
 * Weighted least squares of the others' mean slowness in an hour on the number of runs of the job under way in it, with
 * an effect of each day, of each hour of the day (working days and weekends apart), and of the volume: the number of
 * runs that became ready. (Not of those that started: where slots are short, fewer start because all take longer.) By the theorem of Frisch, Waugh and Lovell both sides are cleared of these first.
 */
function fitJob({ all, weekend }: Hours, name: string, job: Series): Fit {
  const weights = all.starts.map((starts, at) => starts - (job.starts[at] ?? 0));
  const mean = all.slowness.map((sum, at) => {
    const others = weights[at] ?? 0;
    return others > 0 ? (sum - (job.slowness[at] ?? 0)) / others : 0;
  });
  const cleared = (values: Float64Array) => clear(values, weights, weekend);
  const volume = cleared(all.ready.slice());
  const without = (values: Float64Array) => {
    const slope = product(weights, values, volume) / product(weights, volume, volume);
    return Number.isFinite(slope) ? values.map((value, at) => value - slope * (volume[at] ?? 0)) : values;
  };
  return {
    name,
    weights,
    slowness: without(cleared(mean)),
    running: without(cleared(job.running.slice())),
    n: weights.reduce((sum, weight) => sum + weight, 0),
    besideS: all.served.reduce(
      (sum, served, at) => sum + (served - (job.served[at] ?? 0)) * (job.running[at] ?? 0),
      0,
    ),
  };
}

/** Takes weighted means of days, and of hours of the day, out of the values, in turn until nothing is left of them. */
function clear(values: Float64Array, weights: Float64Array, weekend: readonly boolean[]): Float64Array {
  const dayOf = (at: number) => Math.floor(at / HOURS);
  const hourOf = (at: number) => (weekend[dayOf(at)] ? HOURS : 0) + (at % HOURS);
  for (let round = 0; round < ROUNDS; round += 1) {
    takeMeans(values, weights, weekend.length, dayOf);
    takeMeans(values, weights, 2 * HOURS, hourOf);
  }
  return values;
}

function takeMeans(
  values: Float64Array,
  weights: Float64Array,
  groups: number,
  of: (at: number) => number,
): void {
  const [sums, totals] = [new Float64Array(groups), new Float64Array(groups)];
  for (const [at, value] of values.entries()) {
    const [group, weight] = [of(at), weights[at] ?? 0];
    sums[group] = (sums[group] ?? 0) + weight * value;
    totals[group] = (totals[group] ?? 0) + weight;
  }
  for (const [at, value] of values.entries()) {
    const group = of(at);
    const total = totals[group] ?? 0;
    if (total > 0) values[at] = value - (sums[group] ?? 0) / total;
  }
}

function product(weights: Float64Array, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (const [at, weight] of weights.entries()) sum += weight * (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
