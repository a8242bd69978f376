import {
  type CloseBlock,
  type CloseComparison,
  compareClose,
  type Jackknifed,
  jackknife,
  ln,
} from '../../src/sdk/index.ts';
import type { Day, Days, Study } from './days.ts';

/** A job's runs on whole days of the close and on others. */
export interface Job {
  readonly name: string;
  /** A row of the job. */
  readonly row: number;
  readonly closeRuns: number;
  readonly openRuns: number;
  readonly closeDays: number;
  readonly openDays: number;
  /** Mean service time, in seconds. */
  readonly meanService: number;
  readonly adjustable: boolean;
}

/** A job that no day outside of the close has runs of: all its runs, on whole days or not, and their exact work. */
export interface CloseOnlyJob extends Job {
  readonly runs: number;
  readonly serviceUs: bigint;
}

export interface TestedJob extends Job {
  /** Runs per day more in the close. */
  readonly more: CloseComparison;
  /** Logarithm of the ratio of rates. */
  readonly ratio: Jackknifed;
  readonly halfRatios: readonly [number, number];
  readonly test: string;
}

interface Counts {
  readonly stratum: string;
  days: number;
  runs: number;
}
interface Block extends CloseBlock {
  readonly counts: readonly Counts[];
}

/** Jobs that run on both sides, tested; and jobs that run in the close alone, which need no test. */
export function compareJobs(
  study: Study,
  days: Days,
): { readonly tested: readonly TestedJob[]; readonly closeOnly: readonly CloseOnlyJob[] } {
  const fewest = Number(study.ctx.settings['fewest_runs']);
  const jobs = [...days.jobs.keys()]
    .map((name) => jobOf(days, name))
    .filter(({ closeRuns, openRuns }) => closeRuns + openRuns >= fewest);
  return {
    tested: jobs.filter(({ openRuns }) => openRuns > 0).map((job) => testJob(study, days, job)),
    closeOnly: jobs.flatMap((job) => closeOnlyOf(days, job) ?? []),
  };
}

/** A job that runs on few days, or a log with few days outside of the close, has none there by chance: from this chance on. */
const BY_CHANCE = 0.01;

function closeOnlyOf({ handle, jobs, isClose }: Days, job: Job): CloseOnlyJob | undefined {
  const rows = jobs.get(job.name) ?? [];
  if (!rows.every((row) => isClose(handle.text(row, 'date') ?? ''))) return undefined;
  if (chanceOfClose(rows.length, job) > BY_CHANCE) return undefined;
  return {
    ...job,
    runs: sum(rows.map((row) => handle.number(row, 'runs') ?? 0)),
    serviceUs: rows.reduce((total, row) => total + (handle.bigint(row, 'service_us') ?? 0n), 0n),
  };
}

/** That so many days, drawn at random from the whole ones of the log, all lie in the close. */
export function chanceOfClose(
  days: number,
  { closeDays, openDays }: Pick<Job, 'closeDays' | 'openDays'>,
): number {
  let chance = 1;
  for (let i = 0; i < Math.min(days, closeDays); i += 1)
    chance *= (closeDays - i) / (closeDays + openDays - i);
  return chance;
}

function jobOf({ handle, jobs, days }: Days, name: string): Job {
  const rows = jobs.get(name) ?? [];
  const side = new Map(days.map((day) => [day.date, day.inClose]));
  const runsOn = (inClose: boolean) =>
    sum(
      rows
        .filter((row) => side.get(handle.text(row, 'date') ?? '') === inClose)
        .map((row) => handle.number(row, 'runs') ?? 0),
    );
  const served = sum(rows.map((row) => handle.number(row, 'served_runs') ?? 0));
  return {
    name,
    row: rows[0] ?? 0,
    closeRuns: runsOn(true),
    openRuns: runsOn(false),
    closeDays: days.filter(({ inClose }) => inClose).length,
    openDays: days.filter(({ inClose }) => !inClose).length,
    meanService:
      served === 0 ? 0 : sum(rows.map((row) => (handle.number(row, 'service_us') ?? 0) / 1e6)) / served,
    adjustable: handle.text(rows[0] ?? 0, 'adjustable') === 'true',
  };
}

function testJob({ ctx }: Study, days: Days, job: Job): TestedJob {
  const blocks = blocksOf(days, job.name);
  const more = compareClose(blocks, moreOf);
  const months = [...new Set(blocks.map(({ month }) => month))].sort();
  const early = new Set(months.slice(0, Math.floor(months.length / 2)));
  const { estimate, p_value } = more.whole;
  return {
    ...job,
    more,
    ratio: jackknife(blocks, ratioOf),
    halfRatios: [
      ratioOf(blocks.filter(({ month }) => early.has(month))),
      ratioOf(blocks.filter(({ month }) => !early.has(month))),
    ],
    test: ctx.test({
      family: 'runs per day in the close',
      hypothesis: `${job.name} runs as often in the close as on the same weekdays of the month outside of it`,
      statistic: { name: 'difference of runs per day', value: Number.isFinite(estimate) ? estimate : 0 },
      p_value,
      n: job.closeRuns + job.openRuns,
    }),
  };
}

function blocksOf({ handle, jobs, days }: Days, name: string): Block[] {
  const runs = new Map(
    (jobs.get(name) ?? []).map((row) => [handle.text(row, 'date') ?? '', handle.number(row, 'runs') ?? 0]),
  );
  return [...Map.groupBy(days, ({ block }) => block).values()].flatMap((of): Block[] => {
    const [first] = of;
    if (first === undefined) return [];
    return [{ month: first.month, inClose: first.inClose, counts: of.map((day) => countsOf(day, runs)) }];
  });
}

function countsOf({ date, stratum }: Day, runs: ReadonlyMap<string, number>): Counts {
  return { stratum, days: 1, runs: runs.get(date) ?? 0 };
}

/** Runs per day in the close and outside of it over the strata that have days of both, weighted as Mantel and Haenszel do. */
function ratesOf(blocks: readonly Block[]) {
  const strata = new Map<string, { close: Counts; open: Counts }>();
  for (const { inClose, counts } of blocks) {
    for (const { stratum, days, runs } of counts) {
      const of = strata.get(stratum) ?? {
        close: { stratum, days: 0, runs: 0 },
        open: { stratum, days: 0, runs: 0 },
      };
      strata.set(stratum, of);
      const side = inClose ? of.close : of.open;
      side.days += days;
      side.runs += runs;
    }
  }
  let [close, open, weight] = [0, 0, 0];
  for (const { close: c, open: o } of strata.values()) {
    if (c.days === 0 || o.days === 0) continue;
    const all = c.days + o.days;
    close += (c.runs * o.days) / all;
    open += (o.runs * c.days) / all;
    weight += (c.days * o.days) / all;
  }
  return { close, open, weight };
}

function moreOf(blocks: readonly Block[]): number {
  const { close, open, weight } = ratesOf(blocks);
  return (close - open) / weight;
}

function ratioOf(blocks: readonly Block[]): number {
  const { close, open } = ratesOf(blocks);
  return close > 0 && open > 0 ? ln(close / open) : Number.NaN;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
