import { expect, test } from 'vitest';
import { draws } from '../../src/synth/draws.ts';
import { processLogTable } from '../../src/synth/index.ts';
import { demand } from '../../src/synth/log/demand.ts';
import { rulesOf, usualServers } from '../../src/synth/log/plan.ts';
import { withServers } from '../../src/synth/log/plants/capacity.ts';
import {
  type LogRequest,
  logPlan,
  processLog,
  simulatePlan,
  tallyOf,
  usualDays,
} from '../../src/synth/log/process-log.ts';
import { simulateQueue } from '../../src/synth/log/queue.ts';
import { type Job, makeRun, type Run } from '../../src/synth/log/run.ts';
import { type LogRow, logRows, mostAtOnce, overThresholdHours, wait } from './plain-log.ts';
import { mean } from './plain-statistics.ts';

const HOUR = 3_600_000;

/** M/M/c: Poisson arrivals, exponential service, no lags. */
function classicQueue(seed: string, slots: number, load: number, count: number): Run[] {
  const random = draws(seed, 'classic queue');
  const job: Job = { code: 'J', module: 'M', median: 1, sigma: 0, priority: 1 };
  let at = 0;
  const runs = Array.from({ length: count }, () => {
    at += random.exponential(100_000 / load);
    const run = makeRun(random, job, Math.round(at), { user: 'U' });
    run.eligibleLag = 0;
    run.work = Math.max(1, Math.round(random.exponential(100_000)));
    return Object.assign(run, { pollLag: 0 });
  });
  return [...simulateQueue([{ begins: 0, runs }], { servers: usualServers(slots), slots: 1 })];
}

/** Erlang's C formula, from the sums in a textbook (Kleinrock, "Queueing Systems" 1, 3.5). */
function textbookWaitProbability(slots: number, load: number): number {
  const term = (k: number): number =>
    Array.from({ length: k }, (_, i) => load / (i + 1)).reduce((p, f) => p * f, 1);
  const waiting = (term(slots) * slots) / (slots - load);
  const idle = Array.from({ length: slots }, (_, k) => term(k)).reduce((sum, value) => sum + value, 0);
  return waiting / (idle + waiting);
}

test.each([
  [1, 0.7],
  [4, 3.2],
  [10, 8.5],
])('M/M/%i with a load of %f waits as Erlang says', (slots, load) => {
  const runs = ['1', '2', '3'].flatMap((seed) => classicQueue(seed, slots, load, 50_000).slice(2000));
  const waits = runs.map((run) => run.started - run.eligible);
  const probability = textbookWaitProbability(slots, load);
  expect(waits.filter((one) => one > 0).length / waits.length).toBeCloseTo(probability, 1.5);
  const expected = (probability * 100_000) / (slots - load);
  expect(Math.abs(mean(waits) / expected - 1)).toBeLessThan(0.08);
});

test('the servers are as busy as the load says, and L = λW', () => {
  const runs = classicQueue('4', 4, 3.2, 60_000);
  const [from, to] = [0, Math.max(...runs.map((run) => run.ended))];
  const busy = runs.reduce((sum, run) => sum + run.ended - run.started, 0) / (4 * (to - from));
  expect(Math.abs(busy - 0.8)).toBeLessThan(0.02);
  const steps = runs
    .flatMap((run) => [
      { at: run.queued, by: 1 },
      { at: run.ended, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.by - a.by);
  let [area, now, last] = [0, 0, from];
  for (const { at, by } of steps) {
    area += now * (at - last);
    [now, last] = [now + by, at];
  }
  const stays = runs.reduce((sum, run) => sum + run.ended - run.queued, 0);
  expect(area).toBe(stays);
});

test.each(['1', '2', '3', '4', '5'])('a server away raises waits, one more lowers them (seed %s)', (seed) => {
  const plan = logPlan({ seed, rows: 8000, days: 25, plants: { too_few_servers: true } });
  const servers = plan.servers.length;
  const last = plan.start + 20 * 24 * HOUR;
  const hours = (count: number): number =>
    tallyOf(withServers(plan, count), last).facts['over_threshold_wait_hours'] ?? 0;
  expect(hours(servers + 1)).toBeLessThan(hours(servers));
  expect(servers).toBeGreaterThan(1);
  expect(hours(servers - 1)).toBeGreaterThan(2 * hours(servers));
});

test('the log keeps the rules of the queue: slots, caps, prerequisites, ids in the order of queueing', () => {
  const rows = logRows(
    processLogTable({ seed: '3', rows: 15_000, servers: 2, plants: { failing_retries: true } }),
  );
  const byId = new Map(rows.map((run) => [run.id, run]));
  const perHost = Map.groupBy(rows, (run) => run.host);
  perHost.delete('');
  expect(perHost.size).toBeGreaterThan(1);
  for (const runs of perHost.values()) expect(mostAtOnce(runs)).toBe(2);
  expect(mostAtOnce(rows.filter((run) => run.activity === 'REVEXTR'))).toBe(2);
  expect(mostAtOnce(rows.filter((run) => run.activity === 'GLALLOC'))).toBe(1);
  for (const [i, run] of rows.entries()) {
    if (i > 0) expect(run.queued).toBeGreaterThanOrEqual(rows[i - 1]?.queued ?? 0);
    if (run.status === 'X')
      expect([run.eligible, run.started, run.ended]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    else
      expect(run.queued <= run.eligible && run.eligible < run.started && run.started < run.ended).toBe(true);
    const before = byId.get(run.prerequisite);
    if (before !== undefined) expect(run.eligible).toBeGreaterThanOrEqual(before.ended);
    if (before !== undefined)
      expect(run.eligible - Math.max(before.ended, run.queued)).toBeLessThanOrEqual(2500);
  }
  expect(Math.max(...rows.map((run) => run.attempt))).toBeGreaterThan(1);
});

test('nobody waits while a slot is free: whoever waited long found all of them busy', () => {
  const table = processLogTable({ seed: '5', rows: 6000, days: 20, servers: 2 });
  const rows = logRows(table).filter((run) => !['REVEXTR', 'GLALLOC'].includes(run.activity));
  const all = logRows(table);
  const late = rows.filter((run) => wait(run) > 2500).slice(0, 300);
  expect(late.length).toBeGreaterThan(100);
  for (const run of late) {
    for (const moment of [run.eligible + 2500, (run.eligible + 2500 + run.started) / 2, run.started - 1]) {
      if (moment < run.eligible + 2500) continue;
      expect(all.filter((one) => one.started <= moment && moment < one.ended).length).toBe(4);
    }
  }
});

test('waits recomputed from the columns are those that the truth tells', () => {
  const request: LogRequest = { seed: '6', rows: 12_000, plants: { too_few_servers: true } };
  const table = processLogTable(request);
  const rows = logRows(table);
  const truth = table.plants[0];
  const told = truth?.counterfactuals?.[0]?.as_is['over_threshold_wait_hours'];
  expect(overThresholdHours(rows)).toBeGreaterThan(10);
  expect(Number(told)).toBeCloseTo(overThresholdHours(rows), 1);
});

test('a counterfactual is found again by simulating with the change, and everything else stays the same', () => {
  const request: LogRequest = {
    seed: '7',
    rows: 12_000,
    plants: { too_few_servers: true, frequent_notification_job: true },
  };
  const table = processLogTable(request);
  const rows = logRows(table);
  const last = rows.at(-1)?.queued ?? 0;
  const plan = logPlan(request);
  const changed = { ...plan, notifications: { ...plan.notifications, everyMinutes: 15 } };
  const other: LogRow[] = [];
  const works = new Map<string, number>();
  for (const run of simulatePlan(changed)) {
    if (run.queued > last) break;
    const { id, queued, eligible, started, ended } = run;
    other.push({ ...(rows[0] as LogRow), activity: run.job.code, id, queued, eligible, started, ended });
    works.set(`${run.job.code} ${run.queued}`, run.ended - run.started);
  }
  const truth = table.plants.find(({ plant }) => plant === 'frequent_notification_job')?.counterfactuals?.[0];
  expect(Number(truth?.changed['over_threshold_wait_hours'])).toBeCloseTo(overThresholdHours(other), 1);
  expect(Number(truth?.saved['over_threshold_wait_hours'])).toBeGreaterThan(1);
  expect(other.length).toBe(12_000 - Number(truth?.saved['runs']));
  // the same runs with the same service times, whatever became of their waits
  const kept = rows.filter((run) => works.has(`${run.activity} ${run.queued}`));
  expect(kept.length).toBe(other.length);
  expect(rows.every((run) => run.activity === 'NOTIFYQ' || kept.includes(run))).toBe(true);
  for (const run of kept) {
    const work = works.get(`${run.activity} ${run.queued}`);
    if (run.status !== 'X') expect(work).toBe(run.ended - run.started);
  }
});

test('jobs carry the accounting month whose close is worked, until it rolls at the moment that the truth tells', () => {
  const log = processLog({ seed: '8', rows: 12_000, days: 100, plants: {} });
  const rows = logRows({ columns: log.columns, rows: [...log.rows()] });
  const closes = log.parameters()['closes'] as { accounting_month: string; next_month_in_use_from: string }[];
  const rolls = closes.map((close) => Date.parse(`${close.next_month_in_use_from.replace(' ', 'T')}Z`));
  expect(closes.length).toBeGreaterThan(3);
  let told = 0;
  for (const { activity, parameters, queued, attempt } of rows) {
    const [, month] = /^Accounting Month \(date\)=(\d{4}-\d\d)/.exec(parameters) ?? [];
    const current = closes[rolls.findIndex((roll) => queued < roll)]?.accounting_month;
    // payouts take the month in which their day begins, another attempt that of the first
    if (month === undefined || current === undefined || activity.startsWith('PAY') || attempt > 1) continue;
    told += 1;
    expect(month, `${activity} ${new Date(queued).toISOString()}`).toBe(current);
  }
  expect(told).toBeGreaterThan(1000);
});

test('of ten million rows as many are held at once as come in some days, however many rows went before', () => {
  const plan = logPlan({ seed: '1', rows: 10_000_000 });
  let [given, done, most] = [0, 0, 0];
  function* days() {
    for (const day of demand(plan)) {
      given += day.runs.length;
      most = Math.max(most, given - done);
      yield day;
    }
  }
  for (const _run of simulateQueue(days(), rulesOf(plan))) {
    done += 1;
    if (done === 300_000) break;
  }
  expect(most).toBeLessThan(4 * plan.rowsPerDay);
  expect(100_000_000 / usualDays(100_000_000)).toBeLessThanOrEqual(30_000);
});
