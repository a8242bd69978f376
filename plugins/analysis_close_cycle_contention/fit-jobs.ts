import { HOURS, type Hours, type JobSeries } from './hours.ts';

/** What a job's running does to the service times of all other jobs. */
export interface Fit {
  readonly name: string;
  /** By day: what it adds to the slope of slowness on running, once day, hour of the day and volume are taken out of both. */
  readonly days: readonly Day[];
  /** Runs of others that started in these hours. */
  readonly n: number;
  /** Seconds of service of runs of others, for each run of the job at once beside which they started. */
  readonly besideS: number;
}

/** Sums of products over the runs of others that started on a day. */
export interface Day {
  readonly xy: number;
  readonly xx: number;
}

const [FEWEST_DAYS, FEWEST_HOURS] = [8, 16];
const ROUNDS = 12;

/** Jobs beside which others start on enough days, in some hours and not in others. */
export function fitJobs(hours: Hours): Fit[] {
  return [...hours.jobs].flatMap(([name, job]) => {
    const active = [...job.beside.keys()].filter((at) => (job.beside[at] ?? 0) > 0);
    const days = new Set(active.map((at) => Math.floor(at / HOURS)));
    return days.size < FEWEST_DAYS || active.length < FEWEST_HOURS ? [] : [fitJob(hours, name, job)];
  });
}

/**
 * Least squares over the runs of others: their slowness on how many runs of the job were under way when they started, with
 * an effect of each day, of each hour of the day (working days and weekends apart), and of the volume: the number of
 * runs that became ready in the hour. (Not of those that started: where slots are short, fewer start because all take
 * longer.) By the theorem of Frisch, Waugh and Lovell both sides are cleared of these first; they are effects of hours, and
 * so the means of hours tell what to clear, while runs of one hour stay compared with each other.
 */
function fitJob({ all, ready, weekend }: Hours, name: string, job: JobSeries): Fit {
  const others = all.starts.map((starts, at) => starts - (job.starts[at] ?? 0));
  const slowness = all.slowness.map((sum, at) => sum - (job.slowness[at] ?? 0));
  const volume = clear(ready.slice(), others, weekend);
  const effectsOn = (sums: Float64Array) => {
    const means = sums.map((sum, at) => ((others[at] ?? 0) > 0 ? sum / (others[at] ?? 0) : 0));
    const left = clear(means.slice(), others, weekend);
    const slope = product(others, left, volume) / product(others, volume, volume);
    return means.map(
      (mean, at) => mean - (left[at] ?? 0) + (Number.isFinite(slope) ? slope * (volume[at] ?? 0) : 0),
    );
  };
  const [ofX, ofY] = [effectsOn(job.beside), effectsOn(slowness)];
  return {
    name,
    days: weekend.map((_, day) => sumDay(day, { others, slowness, job, ofX, ofY })),
    n: others.reduce((sum, n) => sum + n, 0),
    besideS: job.served.reduce((sum, served) => sum + served, 0),
  };
}

interface Cleared {
  readonly others: Float64Array;
  readonly slowness: Float64Array;
  readonly job: JobSeries;
  /** What day, hour and volume make of the running and of the slowness, in each hour. */
  readonly ofX: Float64Array;
  readonly ofY: Float64Array;
}

/** Over the starts of a day, the sums of (x - f)(y - g) and (x - f)², f and g being the effects of the hour. */
function sumDay(day: number, { others, slowness, job, ofX, ofY }: Cleared): Day {
  let [xy, xx] = [0, 0];
  for (let at = day * HOURS; at < (day + 1) * HOURS; at += 1) {
    const [n, f, g, x] = [others[at] ?? 0, ofX[at] ?? 0, ofY[at] ?? 0, job.beside[at] ?? 0];
    xy += (job.products[at] ?? 0) - f * (slowness[at] ?? 0) - g * x + n * f * g;
    xx += (job.squares[at] ?? 0) - 2 * f * x + n * f * f;
  }
  return { xy, xx };
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
