// Totals of the analyses of waits on a hundred thousand hazardous rows against an independent plain implementation.
import { beforeAll, expect, test } from 'vitest';
import type { Dataset } from '../../src/dataset/index.ts';
import { csvOf, rolesOf, withTable } from './make-table.ts';
import { type Run, readRuns } from './plain-waits.ts';
import { hazardousLog, LOG_ROLES } from './process-log.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';

const THRESHOLD = 60_000_000n;
const TIMEOUT = 120_000;
const analysed = new Map<string, InProcess>();
let runs: readonly Run[];

beforeAll(async () => {
  const table = hazardousLog(100_000, 20_250_131);
  runs = readRuns(csvOf(table), { closeStart: 20, closeEnd: 5 }).filter(
    ({ names }) => names.activity !== 'WATCHDOG',
  );
  await withTable(table, async (dataset: Dataset) => {
    for (const id of ['analysis_hour_of_day']) {
      const settings = { watchdog_activities: ['WATCHDOG'] };
      analysed.set(id, await runInProcess(id, dataset, rolesOf(LOG_ROLES), settings));
    }
  });
}, TIMEOUT);

test('waits by hour and weekday are equal to the last digit', () => {
  const expected = new Map<string, [number, number, bigint]>();
  for (const { ready, wait } of waited()) {
    const [hour, weekday] = [
      Number((ready / 3_600_000_000n) % 24n),
      Number((ready / 86_400_000_000n + 3n) % 7n) + 1,
    ];
    for (const key of ['|', `${hour}|`, `${hour}|${weekday}`]) {
      const [all, over, us] = expected.get(key) ?? [0, 0, 0n];
      const isOver = wait > THRESHOLD;
      expected.set(key, [all + 1, over + (isOver ? 1 : 0), us + (isOver ? wait : 0n)]);
    }
  }
  const lines = linesOf('analysis_hour_of_day', 'waits_by_hour.csv');
  const given = lines.map((of) => [
    `${of['hour_of_day']}|${of['weekday']}`,
    [Number(of['waited_runs']), Number(of['over_runs']), microseconds(of['over_s'])],
  ]);
  expect(new Map(given as never)).toEqual(expected);
});

/** Runs with a known wait. */
function waited(): (Run & { ready: bigint; wait: bigint })[] {
  return runs.flatMap((run) =>
    run.wait !== undefined && run.wait >= 0n && run.ready !== undefined
      ? [{ ...run, ready: run.ready, wait: run.wait }]
      : [],
  );
}

function linesOf(id: string, file: string): Record<string, string>[] {
  const [header = [], ...lines] = (analysed.get(id)?.artifacts.get(file) ?? '')
    .trimEnd()
    .split('\n')
    .map(cellsOf);
  return lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i] ?? ''])));
}

function cellsOf(line: string): string[] {
  return [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    (m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? '',
  );
}

/** Whole microseconds from seconds with decimals. */
function microseconds(text = ''): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}
