import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runPlugin } from '../../src/testing/index.ts';
import { exact, findingOf } from './compare-waits.ts';
import { rolesOf, type Table, withTable } from './make-table.ts';
import { hazardousLog, LOG_ROLES } from './process-log.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';
import { analyseRuns, rowsOf, valuesOf } from './sequences/small-log.ts';

type Interval = readonly [bigint, bigint];

/** Moments by sorting, numbers by counting: nothing of the plugins, and no SQL. */
function sweep(intervals: readonly Interval[]) {
  const changes = intervals
    .filter(([from, to]) => from < to)
    .flatMap(([from, to]): [bigint, bigint][] => [
      [from, 1n],
      [to, -1n],
    ])
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : Number(x - y)));
  let [now, most, area] = [0n, 0n, 0n];
  for (const [i, [at, change]] of changes.entries()) {
    now += change;
    const lasting = (changes[i + 1]?.[0] ?? at) - at;
    if (lasting > 0n && now > most) most = now;
    area += now * lasting;
  }
  return { most, area, span: (changes.at(-1)?.[0] ?? 0n) - (changes[0]?.[0] ?? 0n) };
}

const us = (text: string | null | undefined) =>
  text === null || text === undefined
    ? undefined
    : BigInt(Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)) * 1000n +
      BigInt(text.slice(20).padEnd(6, '0'));

function intervalsOf({ columns, rows }: Table, from: string, to: string, server?: string): Interval[] {
  const place = (name: string) => columns.findIndex((column) => column.name === name);
  const [a, b, host] = [place(from), place(to), place(LOG_ROLES.resource)];
  return rows.flatMap((row): Interval[] => {
    const [start, end] = [us(row[a]), us(row[b])];
    return start === undefined || end === undefined || (server !== undefined && row[host] !== server)
      ? []
      : [[start, end]];
  });
}

describe('a hundred thousand runs with everything that goes wrong', () => {
  const table = hazardousLog(100_000, 20_251_127);
  const runs = intervalsOf(table, LOG_ROLES.started_at, LOG_ROLES.ended_at);
  let atOnce: InProcess;
  let law: InProcess;

  beforeAll(async () => {
    await withTable(table, async (dataset) => {
      atOnce = await runInProcess('analysis_concurrency_reconstruction', dataset, rolesOf(LOG_ROLES));
      law = await runInProcess('analysis_littles_law', dataset, rolesOf(LOG_ROLES));
    });
  }, 120_000);

  test('peak and average of the log are those of a plain sweep', () => {
    const { most, area, span } = sweep(runs);
    const whole = findingOf(atOnce, 'concurrency');
    expect(exact(whole, 'peak')).toBe(String(most));
    expect(whole.fields['average']?.value).toBe(Number(area) / Number(span));
  });

  test('each server has the peak and the average of a plain sweep of its own runs', () => {
    const { span } = sweep(runs);
    for (const server of ['HOST0', 'HOST1', 'HOST2']) {
      const { most, area } = sweep(intervalsOf(table, LOG_ROLES.started_at, LOG_ROLES.ended_at, server));
      const item = findingOf(atOnce, 'server_use').items?.find(
        ({ fields }) => fields['name']?.value === server,
      );
      expect([item?.fields['peak']?.value, item?.fields['load']?.value]).toEqual([
        Number(most),
        Number(area) / Number(span),
      ]);
    }
  });

  test("Little's law holds to the microsecond, for runs and for the queue, in each month with what crosses its ends", () => {
    const { area, span } = sweep(runs);
    const running = findingOf(law, 'littles_law_runs').fields;
    const counted = runs.filter(([from, to]) => from <= to);
    expect(running['l_time_avg']?.value).toBe(Number(area) / Number(span));
    expect(running['arrivals']?.value).toBe(counted.length);
    expect(running['w_s']?.value).toBe(
      Number(counted.reduce((sum, [from, to]) => sum + to - from, 0n)) / 1e6 / counted.length,
    );
    const queue = findingOf(law, 'littles_law_queue').fields;
    expect(Number(queue['l_time_avg']?.value)).toBeCloseTo(
      Number(queue['lambda_per_s']?.value) * Number(queue['w_s']?.value),
      9,
    );
  });
});

test('of many servers only those with most work come out of the queries, among them one with few and long runs', async () => {
  const brief = Array.from({ length: 201 }, (_, server) => [
    { id: `${2 * server}`, job: 'A', start: '08:00', end: '08:01', host: `H${server}` },
    { id: `${2 * server + 1}`, job: 'A', start: '08:01', end: '08:02', host: `H${server}` },
  ]).flat();
  const long = { id: '999', job: 'A', start: '08:00', end: '18:00', host: 'BIG' };
  const law = await analyseRuns('analysis_littles_law', [...brief, long]);
  const [first] = law.findings.find(({ kind }) => kind === 'littles_law_runs')?.items ?? [];
  expect([first?.fields['name']?.value, first?.fields['l_time_avg']?.value]).toEqual(['BIG', 1]);
  const asked = first?.evidence.flatMap((one) => (one.kind === 'query' ? [one] : one.inputs)) ?? [];
  const rows = asked.map((one) => (one.kind === 'query' ? one.row_count : 0));
  expect([Math.max(...rows), rows.length > 1]).toEqual([10, true]);
});

test('runs that end in two thousand years are carried through every month until then, at no cost', async () => {
  const runs = Array.from({ length: 3000 }, (_, id) => ({
    ...{ id: `${id}`, job: 'A', start: `2025-01-31 ${String(id % 24).padStart(2, '0')}:00:00` },
    end: '3900-12-31 00:00:00',
  }));
  const early = Array.from({ length: 10 }, (_, id) => ({
    ...{ id: `${3000 + id}`, job: 'A', start: '0100-01-31 00:00:00', end: '0100-01-31 00:01:00' },
  }));
  const law = await analyseRuns('analysis_littles_law', [...early, ...runs]);
  const months = new Map(rowsOf(law, 'runs_by_month.csv').map((row) => [row['month'], row]));
  expect(Number(months.get('2025-02-01')?.['carried_in_s'])).toBe(3000 * 28 * 86_400);
  expect(Number(months.get('3900-12-01')?.['carried_in_s'])).toBe(3000 * 30 * 86_400);
}, 20_000);

test('a recorded duration of millions of years is none, and the other runs are counted', async () => {
  const runs = ['60', '120', '9000000000000000000'].map((duration, id) => ({
    ...{ id: `${id}`, job: 'A', start: `0${id + 1}:00`, duration },
  }));
  const law = await analyseRuns('analysis_littles_law', runs);
  expect(valuesOf(law, 'littles_law_runs')).toMatchObject({ arrivals: 2, w_s: 90 });
});

test('cases of an event log are under way from their first event to their last, in whatever order the rows stand', async () => {
  const at = (hour: number) => `2025-03-30T${String(hour).padStart(2, '0')}:00:00+01:00`;
  const rows = [
    { ID: 'a', STEP: 'end', TIME: at(4) },
    { ID: 'a', STEP: 'begin', TIME: at(0) },
    { ID: 'b', STEP: 'begin', TIME: '2025-03-30T03:00:00+02:00' },
    { ID: 'b', STEP: 'end', TIME: at(3) },
    { ID: 'c', STEP: 'only', TIME: at(8) },
  ];
  const { findings } = await runPlugin(
    join(import.meta.dirname, '../../plugins/analysis_littles_law'),
    rows,
    {
      roles: { case: 'ID', activity: 'STEP', event_timestamp: 'TIME' },
      types: { TIME: 'timestamptz' },
    },
  );
  const value = (name: string) => findings[0]?.fields[name]?.value;
  // a lasts 4 hours, b 1 over the change to summer time, c none, in 8
  expect([value('l_time_avg'), value('w_s'), value('arrivals'), value('moment_cases')]).toEqual([
    0.625, 6000, 3, 1,
  ]);
});
