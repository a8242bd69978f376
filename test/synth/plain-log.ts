// A process log read back from its columns, and sums over it as anybody would write them.
import type { SyntheticTable } from '../../src/synth/index.ts';
import { mean } from './plain-statistics.ts';

/** A row of the log: times in milliseconds, NaN where a run never got so far. */
export interface LogRow {
  readonly row: number;
  readonly id: number;
  readonly activity: string;
  readonly host: string;
  readonly user: string;
  readonly status: string;
  readonly attempt: number;
  readonly queued: number;
  readonly eligible: number;
  readonly started: number;
  readonly ended: number;
  readonly prerequisite: number;
  readonly parent: number;
  readonly master: number;
  readonly parameters: string;
}

export function logRows(table: Pick<SyntheticTable, 'columns' | 'rows'>): LogRow[] {
  const at = new Map(table.columns.map(({ name }, i) => [name, i]));
  return table.rows.map((cells, i) => {
    const cell = (name: string): string => cells[at.get(name) ?? -1] ?? '';
    const time = (name: string): number => Date.parse(`${cell(name).replace(' ', 'T')}Z`);
    return {
      row: i + 1,
      id: Number(cell('PROCESS_QUEUE_ID')),
      activity: cell('PROCESS_ID'),
      host: cell('LOCAL_MACHINE_ID'),
      user: cell('USER_ID'),
      status: cell('STATUS_CD'),
      attempt: Number(cell('EXECUTE_ATTEMPTS')),
      queued: time('QUEUE_DT'),
      eligible: time('ELIGIBLE_DT'),
      started: time('START_DT'),
      ended: time('END_DT'),
      prerequisite: Number(cell('DEP_PROCESS_QUEUE_ID')),
      parent: Number(cell('PARENT_PROCESS_QUEUE_ID')),
      master: Number(cell('MASTER_PROCESS_QUEUE_ID')),
      parameters: cell('PARAM_DESCR_LIST'),
    };
  });
}

export const wait = (run: LogRow): number => run.started - run.eligible;
export const service = (run: LogRow): number => run.ended - run.started;

/** Day 20 to day 5 of the next month, by the time of queueing. */
export function inClose(run: LogRow): boolean {
  const day = Number(new Date(run.queued).toISOString().slice(8, 10));
  return day >= 20 || day <= 5;
}

export const isWorkingDay = (run: LogRow): boolean => ![0, 6].includes(new Date(run.queued).getUTCDay());

/** The whole waits of runs that wait more than a minute, in hours; without the watchdog. */
export function overThresholdHours(runs: readonly LogRow[]): number {
  const over = runs.filter((run) => run.activity !== 'QUEUEMON' && wait(run) > 60_000);
  return over.reduce((sum, run) => sum + wait(run), 0) / 3_600_000;
}

/** Most runs at once among those given. */
export function mostAtOnce(runs: readonly LogRow[]): number {
  const steps = runs
    .filter((run) => !Number.isNaN(run.started))
    .flatMap((run) => [
      { at: run.started, by: 1 },
      { at: run.ended, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let [now, most] = [0, 0];
  for (const { by } of steps) most = Math.max(most, (now += by));
  return most;
}

/** Ratio of geometric means of service times, like with like by activity, weighted by n₁n₀ / (n₁ + n₀). */
export function matchedRatio(runs: readonly LogRow[], inside: (run: LogRow) => boolean): number {
  const done = runs.filter((run) => service(run) > 0);
  let [weights, sum] = [0, 0];
  for (const same of Map.groupBy(done, (run) => run.activity).values()) {
    const logs = (is: boolean) =>
      same.filter((run) => inside(run) === is).map((run) => Math.log(service(run)));
    const [a, b] = [logs(true), logs(false)];
    if (a.length === 0 || b.length === 0) continue;
    const weight = (a.length * b.length) / (a.length + b.length);
    weights += weight;
    sum += weight * (mean(a) - mean(b));
  }
  return Math.exp(sum / weights);
}
