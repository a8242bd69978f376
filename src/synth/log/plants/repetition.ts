import { DAY, HOUR } from '../../civil-time.ts';
import { RowTally } from '../../tallies.ts';
import { PAYOUT_JOBS } from '../jobs.ts';
import type { LogPlant } from '../plant.ts';
import { type Run, serviceTime } from '../run.ts';

const LIST = 25;
const PAYOUT_CODES = PAYOUT_JOBS.map(({ code }) => code);

export const unbatchedPayouts: LogPlant = {
  name: 'unbatched_payouts',
  meaning: `four payout jobs run once per payout in the close, where they could take a list: ${PAYOUT_CODES.join(', ')}`,
  size: {
    default: 0.15,
    min: 0.01,
    max: 2,
    unit: 'payouts of a close day, as a share of the rows of a usual day',
  },
  apply: (plan, size) => ({
    ...plan,
    payouts: { perDay: Math.max(4, Math.round(size * plan.rowsPerDay)), perRun: 1 },
  }),
  watch() {
    const counts = new Map(PAYOUT_CODES.map((code) => [code, { runs: 0, values: distinctByDay() }]));
    let service = 0;
    return {
      see(run) {
        const count = counts.get(run.job.code);
        if (count === undefined) return;
        count.runs += 1;
        count.values.add(run.parameters.split('Payout ID=')[1] ?? '', run.queued);
        service += serviceTime(run);
      },
      facts: () => {
        const all = [...counts.values()];
        const runs = all.reduce((sum, count) => sum + count.runs, 0);
        const distinct = all.reduce((sum, count) => sum + count.values.count, 0);
        return {
          kind: 'parameter_sweep',
          statement: 'Four jobs run once for nearly each value of Payout ID.',
          target: { activity: PAYOUT_CODES, parameter: 'Payout ID' },
          measured: {
            runs,
            distinct_values_per_run: distinct / runs,
            service_hours: service / HOUR,
            ...Object.fromEntries([...counts].map(([code, count]) => [`runs_of_${code}`, count.runs])),
          },
        };
      },
    };
  },
  alternatives: (plan) => [
    {
      change: `Each payout job takes lists of up to ${LIST} payouts.`,
      plan: { ...plan, payouts: { ...plan.payouts, perRun: LIST } },
    },
  ],
};

/** Counts distinct values of which none comes on two days, and keeps those of one day only. */
function distinctByDay() {
  const values = new Set<string>();
  let [before, today] = [0, 0];
  return {
    add(value: string, at: number): void {
      const day = Math.floor(at / DAY);
      if (day !== today) {
        before += values.size;
        values.clear();
        today = day;
      }
      values.add(value);
    },
    get count(): number {
      return before + values.size;
    },
  };
}

const RERUN_WITHIN = 10 * 60_000;

/** Remembers what was asked for in the last ten minutes, in two generations, so that it never grows. */
function recentKeys() {
  let [young, old, since] = [new Map<string, number>(), new Map<string, number>(), 0];
  return {
    repeats(key: string, at: number): boolean {
      if (at - since > RERUN_WITHIN) [young, old, since] = [new Map(), young, at];
      const before = young.get(key) ?? old.get(key);
      young.set(key, at);
      return before !== undefined && at - before <= RERUN_WITHIN;
    },
  };
}

export const duplicateReruns: LogPlant = {
  name: 'duplicate_reruns',
  meaning: 'users ask for the same run again within minutes: same job, user and parameters',
  size: { default: 0.05, min: 0.001, max: 1, unit: 'share of user runs that are repeated' },
  apply: (plan, size) => ({ ...plan, reruns: { share: size, admitted: true } }),
  watch() {
    const rows = new RowTally();
    const recent = recentKeys();
    let service = 0;
    return {
      see(run, row) {
        if (run.user === 'SCHEDULER' || run.attempt > 1 || run.parameters === '') return;
        const key = `${run.job.code}\n${run.user}\n${run.parameters}`;
        if (!recent.repeats(key, run.queued) || run.status === 'X') return;
        rows.add(row);
        service += serviceTime(run);
      },
      facts: () => ({
        kind: 'duplicate_runs',
        statement: 'Some runs are asked for again within ten minutes, with everything the same.',
        target: { scope: 'user jobs' },
        rows: rows.facts,
        measured: { runs: rows.count, service_hours: service / HOUR },
      }),
    };
  },
  alternatives: (plan) => [
    {
      change: 'Runs that repeat one just asked for are not admitted.',
      plan: { ...plan, reruns: { ...plan.reruns, admitted: false } },
    },
  ],
};

export const failingRetries: LogPlant = {
  name: 'failing_retries',
  meaning: 'a job fails often and is tried again, up to three times: EDIIMPRT',
  size: { default: 0.3, min: 0.02, max: 0.95, unit: 'share of tries that fail' },
  apply: (plan, size) => ({ ...plan, retries: { share: size, most: 3 } }),
  watch() {
    const isImport = ({ job, status }: Run): boolean => job.code === 'EDIIMPRT' && status !== 'X';
    const seen = { runs: 0, failures: 0, retries: 0, wasted: 0 };
    return {
      see(run) {
        if (!isImport(run)) return;
        seen.runs += 1;
        if (run.attempt > 1) seen.retries += 1;
        if (run.status !== 'F') return;
        seen.failures += 1;
        seen.wasted += serviceTime(run);
      },
      facts: () => ({
        kind: 'retry_hotspot',
        statement: 'A job fails often, and its failures are tried again.',
        target: { activity: 'EDIIMPRT' },
        measured: {
          runs: seen.runs,
          failed: seen.failures,
          share_failed: seen.failures / seen.runs,
          retries: seen.retries,
          service_hours_of_failures: seen.wasted / HOUR,
        },
      }),
    };
  },
  alternatives: (plan) => [
    { change: 'EDIIMPRT does not fail.', plan: { ...plan, retries: { ...plan.retries, share: 0 } } },
  ],
};
