import { beforeAll, expect, test } from 'vitest';
import { type PlantSizes, plantsOf } from '../../src/synth/index.ts';
import { processLog } from '../../src/synth/log/process-log.ts';
import { inClose, isWorkingDay, type LogRow, logRows, matchedRatio } from './plain-log.ts';
import { mean } from './plain-statistics.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => String(i + 1));
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** 60 % of 62 days from 6 January 2025. */
const CHANGE = Date.parse('2025-01-06T00:00:00Z') + 37 * DAY;

const of = (rows: readonly LogRow[], activity: string): LogRow[] =>
  rows.filter((run) => run.activity === activity);
const byId = (rows: readonly LogRow[]): Map<number, LogRow> => new Map(rows.map((run) => [run.id, run]));
/** Without the last day, which the log does not hold whole. */
function wholeDays(rows: readonly LogRow[]): LogRow[] {
  const last = Math.floor((rows.at(-1)?.queued ?? 0) / DAY);
  return rows.filter((run) => Math.floor(run.queued / DAY) < last);
}
const workingDays = (rows: readonly LogRow[]): number =>
  new Set(rows.filter(isWorkingDay).map((run) => Math.floor(run.queued / DAY))).size;
const slotsOf = (rows: readonly LogRow[]): number =>
  2 * new Set(rows.map(({ host }) => host).filter(Boolean)).size;

type Measures = Readonly<
  Record<string, readonly [(rows: readonly LogRow[], usualPerDay: number) => number, number]>
>;

/** What plain code measures in the columns of a log, by plant: near the size that was planted; and how near. */
const REPEATED: Measures = {
  unbatched_payouts: [
    (rows, usualPerDay) => {
      const payouts = rows.filter((run) => run.activity.startsWith('PAY'));
      const days = new Set(payouts.map((run) => Math.floor(run.queued / DAY))).size;
      const ids = Map.groupBy(payouts, (run) => run.activity);
      for (const runs of ids.values()) {
        expect(new Set(runs.map((run) => run.parameters)).size / runs.length).toBeGreaterThan(0.85);
      }
      // four jobs, whole payouts each
      const asked = 4 * Math.round(Math.round(0.15 * usualPerDay) / 4);
      return (0.15 * payouts.length) / days / asked;
    },
    0.02,
  ],
  duplicate_reruns: [
    (rows) => {
      const last = new Map<string, number>();
      let [repeated, asked] = [0, 0];
      for (const run of rows.filter(({ user }) => !['SCHEDULER', 'MHALE', 'RCLOSE'].includes(user))) {
        if (run.activity.startsWith('PAY') || run.attempt > 1) continue;
        const key = `${run.activity} ${run.user} ${run.parameters}`;
        if (run.queued - (last.get(key) ?? 0) < 6 * MINUTE) repeated += 1;
        else asked += 1;
        last.set(key, run.queued);
      }
      return repeated / asked;
    },
    0.02,
  ],
  failing_retries: [
    (rows) => {
      const tries = of(rows, 'EDIIMPRT').filter((run) => run.status !== 'X');
      expect(Math.max(...tries.map((run) => run.attempt))).toBeLessThanOrEqual(4);
      return tries.filter((run) => run.status === 'F').length / tries.length;
    },
    0.13,
  ],
};

/** What runs by the clock adds many runs. */
const BY_THE_CLOCK: Measures = {
  frequent_notification_job: [
    (rows) => {
      const at = [...new Set(of(rows, 'NOTIFYQ').map((run) => Math.floor(run.queued / MINUTE)))];
      const gaps = at.slice(1).map((minute, i) => minute - (at[i] ?? 0));
      return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
    },
    0.01,
  ],
  hour_pileup: [(rows) => of(rows, 'MORNRPT').length / workingDays(rows) / slotsOf(rows), 0.2],
  user_monopoly: [
    (rows) => rows.filter(({ user }) => user === 'MHALE').length / workingDays(rows) / slotsOf(rows),
    0.25,
  ],
};

/** In logs of their own, where nothing else adds many runs. */
const SECOND: Measures = {
  close_slowdown: [(rows) => matchedRatio(of(rows, 'JIBCALC'), inClose), 0.45],
  close_uplift: [
    (rows) => {
      const runs = of(rows, 'TAXCALC').filter(isWorkingDay);
      const perDay = (is: boolean) =>
        runs.filter((run) => inClose(run) === is).length /
        workingDays(rows.filter((run) => inClose(run) === is));
      return perDay(true) / perDay(false);
    },
    2.2,
  ],
  dependency_lag: [
    (rows) => {
      const runs = byId(rows);
      const lags = of(rows, 'REVVALID').map((run) => run.eligible - (runs.get(run.prerequisite)?.ended ?? 0));
      // every step has up to 2.5 seconds besides
      return mean(lags) / 1000 - 1.25;
    },
    3,
  ],
  slow_variant: [(rows) => of(rows, 'REVHOLD').length / of(rows, 'REVPOST').length, 0.3],
  duration_drift: [(rows) => matchedRatio(of(rows, 'APIMPORT'), (run) => run.queued >= CHANGE), 0.45],
  arrival_jump: [
    (rows) => {
      const runs = of(rows, 'ARAPPLY').filter(isWorkingDay);
      const perDay = (is: boolean) =>
        runs.filter((run) => run.queued >= CHANGE === is).length /
        workingDays(rows.filter((run) => run.queued >= CHANGE === is));
      return perDay(true) / perDay(false);
    },
    1.1,
  ],
};

/** Plants that touch the service times of all jobs, or the clock, are measured in logs of their own. */
const APART: Measures = {
  slow_server: [(rows) => matchedRatio(rows, (run) => run.host === 'APPSRV02'), 0.12],
  close_contention: [
    (rows) => {
      const spans = of(rows, 'REVRECAL');
      const beside = (run: LogRow) =>
        spans.some(({ started, ended }) => started <= run.started && run.started < ended);
      return (
        matchedRatio(
          rows.filter((run) => run.activity !== 'REVRECAL'),
          beside,
        ) - 1
      );
    },
    0.15,
  ],
  clock_violations: [
    (rows) => {
      const runs = byId(rows);
      const wrong = rows.filter(
        (run) =>
          run.ended < run.started ||
          run.started < run.queued ||
          run.started < (runs.get(run.prerequisite)?.ended ?? 0),
      );
      return wrong.length / rows.length;
    },
    0.0025,
  ],
};

const measured = new Map<string, number[]>();

interface Log {
  readonly measures: Measures;
  readonly rows: number;
  readonly servers?: number;
}

/** What is planted together, in how many rows, on how many servers (by default as many as the work needs). */
const LOGS: readonly Log[] = [
  { measures: REPEATED, rows: 10_000 },
  { measures: BY_THE_CLOCK, rows: 6000 },
  { measures: SECOND, rows: 8000 },
  ...Object.entries(APART).map(([name, entry]) => ({ measures: { [name]: entry }, rows: 4500, servers: 2 })),
];

beforeAll(() => {
  for (const seed of SEEDS) for (const log of LOGS) measureLog(seed, log);
});

function measureLog(seed: string, { measures, rows: count, servers }: Log): void {
  const plants: PlantSizes = Object.fromEntries(Object.keys(measures).map((name) => [name, true]));
  const log = processLog({ seed, rows: count, plants, ...(servers !== undefined && { servers }) });
  const rows = logRows({ columns: log.columns, rows: [...log.rows()] });
  const usual = Number(log.parameters()['usual_rows_per_day']);
  for (const [name, [measure]] of Object.entries(measures)) {
    measured.set(name, [...(measured.get(name) ?? []), measure(wholeDays(rows), usual)]);
  }
}

test.each(Object.entries({ ...REPEATED, ...BY_THE_CLOCK, ...SECOND, ...APART }))(
  '%s has the size that was asked for, in each of twenty logs',
  (name, [, tolerance]) => {
    const size = plantsOf('process-log').find((plant) => plant.name === name)?.size.default ?? Number.NaN;
    const found = measured.get(name) ?? [];
    expect(found).toHaveLength(SEEDS.length);
    for (const value of found) expect(Math.abs(value - size)).toBeLessThan(tolerance);
    expect(Math.abs(mean(found) - size)).toBeLessThan(tolerance / 3);
  },
);

/** Where the truth holds the same figure, and what it differs by from the one above. */
const TOLD: Readonly<Record<string, readonly [string, number?]>> = {
  frequent_notification_job: ['interval_minutes'],
  failing_retries: ['share_failed'],
  close_slowdown: ['ratio_of_geometric_means'],
  close_uplift: ['ratio'],
  dependency_lag: ['mean_lag_seconds', 1.25],
  duration_drift: ['ratio_of_geometric_means'],
  slow_server: ['service_ratio_matched_on_activity'],
  close_contention: ['service_ratio_matched_on_activity', 1],
};

test.each(LOGS)('what the truth measured is what plain code measures in the columns: log %#', (log) => {
  const { measures, rows: count, servers } = log;
  const plants: PlantSizes = Object.fromEntries(Object.keys(measures).map((name) => [name, true]));
  const made = processLog({ seed: '21', rows: count, plants, ...(servers !== undefined && { servers }) });
  const rows = logRows({ columns: made.columns, rows: [...made.rows()] });
  for (const truth of made.plants()) {
    const [key, more] = TOLD[truth.plant] ?? [];
    const measure = measures[truth.plant]?.[0];
    if (key === undefined || measure === undefined) continue;
    const usual = Number(made.parameters()['usual_rows_per_day']);
    expect(measure(rows, usual), truth.plant).toBeCloseTo(Number(truth.measured[key]) - (more ?? 0), 3);
  }
});
