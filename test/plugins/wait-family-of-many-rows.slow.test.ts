// Totals of the analyses of waits on a hundred thousand hazardous rows against an independent plain implementation.
import { beforeAll, expect, test } from 'vitest';
import type { Dataset } from '../../src/dataset/index.ts';
import { csvOf, rolesOf, withTable } from './make-table.ts';
import { type Run, readRuns } from './plain-waits.ts';
import { hazardousLog, LOG_ROLES } from './process-log.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';

const THRESHOLD = 60_000_000n;
const TIMEOUT = 240_000;
const PLUGINS = [
  'analysis_percentile_analysis',
  'analysis_attribution',
  'analysis_hour_of_day',
  'analysis_tail_isolation',
  'analysis_busy_periods',
];
const analysed = new Map<string, InProcess>();
/** All runs, and those that count for waits. */
let served: readonly Run[];
let runs: readonly Run[];

beforeAll(async () => {
  const table = hazardousLog(100_000, 20_250_131);
  served = readRuns(csvOf(table), { closeStart: 20, closeEnd: 5 });
  runs = served.filter(({ names }) => names.activity !== 'WATCHDOG');
  await withTable(table, async (dataset: Dataset) => {
    for (const id of PLUGINS) {
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

test('the tail of the waits has the runs beyond the order statistic by nearest rank', () => {
  const waits = waited()
    .map(({ wait }) => wait)
    .sort((a, b) => (a < b ? -1 : 1));
  const cut = waits[Math.ceil(waits.length * 0.99) - 1] ?? 0n;
  expect(analysed.get('analysis_tail_isolation')?.result.metrics['wait_tail_runs']?.value).toBe(
    waits.filter((wait) => wait > cut).length,
  );
});

test('busy periods and the server time in them are equal to the last digit', () => {
  const periods: { from: bigint; to: bigint; runs: number; over: bigint }[] = [];
  const over = waited()
    .filter(({ wait }) => wait > THRESHOLD)
    .sort((a, b) => (a.ready < b.ready ? -1 : 1));
  for (const { ready, wait } of over) {
    const last = periods.at(-1);
    if (last === undefined || ready > last.to)
      periods.push({ from: ready, to: ready + wait, runs: 1, over: wait });
    else {
      if (ready + wait > last.to) last.to = ready + wait;
      last.runs += 1;
      last.over += wait;
    }
  }
  const listed = linesOf('analysis_busy_periods', 'busy_periods.csv').map((of) => ({
    from: BigInt(of['from_us'] ?? ''),
    to: BigInt(of['from_us'] ?? '') + microseconds(of['length_s']),
    runs: Number(of['over_runs']),
    over: microseconds(of['over_s']),
  }));
  const byFrom = listed.sort((a, b) => (a.from < b.from ? -1 : 1));
  expect(byFrom.length).toBe(periods.length);
  expect(byFrom).toEqual(periods);

  let busy = 0n;
  for (const period of periods) {
    Object.assign(period, { before: busy });
    busy += period.to - period.from;
  }
  const time = new Map<string, [bigint, bigint]>();
  for (const { names, started, service } of served) {
    if (started === undefined || service === undefined || service <= 0n) continue;
    const [from, to] = [started, started + service];
    const inside = busyUntil(periods, to) - busyUntil(periods, from);
    const [x, y] = time.get(names.activity) ?? [0n, 0n];
    time.set(names.activity, [x + inside, y + service - inside]);
  }
  const jobs = linesOf('analysis_busy_periods', 'jobs_in_busy_periods.csv');
  expect(
    new Map(jobs.map((of) => [of['job'], [microseconds(of['inside_s']), microseconds(of['outside_s'])]])),
  ).toEqual(time);
});

test('every combination of job, server, hour and close window has its wait, and no wait counts twice', () => {
  const expected = new Map<string, [number, bigint]>();
  for (const { ready, wait, names, window } of waited()) {
    const hour = String((ready / 3_600_000_000n) % 24n).padStart(2, '0');
    const key = [
      told(names.activity),
      told(names.resource),
      `${hour}:00 to ${hour}:59`,
      window === 'unknown' ? '' : window,
    ];
    const [all, us] = expected.get(key.join('|')) ?? [0, 0n];
    expected.set(key.join('|'), [all + 1, us + (wait > THRESHOLD ? wait : 0n)]);
  }
  const given = linesOf('analysis_attribution', 'wait_by_combination.csv').map((of) => {
    const key = [of['activity'], of['resource'], of['hour'], of['close_window']].join('|');
    return [key, [Number(of['waited_runs']), microseconds(of['over_s'])]] as const;
  });
  expect(new Map(given)).toEqual(expected);
});

test('percentiles of waits and service times are the order statistics of their groups, of which every ninth is looked at', () => {
  for (const [file, values] of [
    ['wait_percentiles.csv', waited().map((run) => ({ ...run, value: run.wait }))],
    [
      'service_percentiles.csv',
      runs.flatMap((run) => (isKnown(run.service) ? [{ ...run, value: run.service }] : [])),
    ],
  ] as const) {
    const lines = linesOf('analysis_percentile_analysis', file);
    expect(lines.length).toBeGreaterThan(150);
    for (const of of lines.filter((_, i) => i % 9 === 0)) {
      const isSide = (run: Run) =>
        of['side'] === 'all' || run.window === of['side'] || run.chaining === of['side'];
      const isIn = ({ names }: Run) =>
        of['dimension'] === 'all' || names[of['dimension'] as keyof Run['names']] === of['name'];
      const sorted = values.filter((run) => isIn(run) && isSide(run)).map(({ value }) => value);
      sorted.sort((a, b) => (a < b ? -1 : 1));
      const rank = (p: number) => sorted[Math.ceil((sorted.length * p) / 100) - 1];
      expect([of['dimension'], of['name'], of['side'], Number(of['runs'])]).toEqual([
        of['dimension'],
        of['name'],
        of['side'],
        sorted.length,
      ]);
      expect(['p50_s', 'p90_s', 'p95_s', 'p99_s', 'max_s'].map((p) => microseconds(of[p]))).toEqual([
        ...[50, 90, 95, 99].map(rank),
        sorted.at(-1),
      ]);
    }
  }
});

function isKnown(us: bigint | undefined): us is bigint {
  return us !== undefined && us >= 0n;
}

/** A name, and none where it is missing; there are fewer than are told apart. */
function told(name: string): string {
  return name === '(none)' ? '' : name;
}

/** Time in periods before a moment, by bisection. */
function busyUntil(periods: readonly { from: bigint; to: bigint; before?: bigint }[], at: bigint): bigint {
  let [low, high] = [0, periods.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((periods[middle]?.from ?? 0n) < at) low = middle + 1;
    else high = middle;
  }
  const last = periods[low - 1];
  if (last === undefined) return 0n;
  return (last.before ?? 0n) + (at < last.to ? at : last.to) - last.from;
}

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
