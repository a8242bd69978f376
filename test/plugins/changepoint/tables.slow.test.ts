import { describe, expect, test } from 'vitest';
import type { ColumnType, Finding, RoleBinding } from '../../../src/contract/index.ts';
import { closeLedger } from '../../../src/report/index.ts';
import { createRandom } from '../../../src/sdk/index.ts';
import { nullTable, plantedTable, type SyntheticTable, synthetic } from '../../../src/synth/index.ts';
import { rolesOf, type Table, withTable } from '../make-table.ts';
import { type InProcess, runInProcess } from '../run-in-process.ts';
import { bindingsOf } from '../synthetic-table.ts';

const DECIMAL: ColumnType = { kind: 'decimal', precision: 18, scale: 3 };

function analyse(table: Table, roles: readonly RoleBinding[], settings = {}): Promise<InProcess> {
  return withTable(table, (dataset) => runInProcess('analysis_changepoint', dataset, roles, settings));
}

/** The findings that a run with this plugin alone keeps. */
function kept({ result }: InProcess): readonly Finding[] {
  return closeLedger([result], 0.05).results[0]?.findings ?? [];
}

const columnsOf = (finding: Finding | undefined) => finding?.target['columns'];

describe('a table with planted effects', () => {
  let run: InProcess;
  let table: SyntheticTable;

  test('the step is found on its day, with its size, in both halves of the rows', async () => {
    table = plantedTable('1', 3000, { change_point: true, trend_break: 3, daily_cycle: true, burst: 4 });
    run = await analyse(table, bindingsOf(table));
    const step = kept(run).find((one) => columnsOf(one)?.includes('throughput'));
    const truth = table.plants.find(({ plant }) => plant === 'change_point');
    expect(step?.items).toHaveLength(1);
    const day = String(truth?.place?.from_time).slice(0, 10);
    expect(
      String(step?.fields['earliest']?.value) <= day && day <= String(step?.fields['latest']?.value),
    ).toBe(true);
    const { low = null, high = null } = step?.estimate?.confidence_interval ?? {};
    const difference = Number(truth?.measured?.['difference']);
    expect(Number(low) < difference && difference < Number(high)).toBe(true);
    expect(step?.replication?.holds).toBe('both');
    expect(step?.test?.q_value).toBeLessThan(0.01);
  });

  test('the break of a trend is told by its lines', () => {
    const finding = kept(run).find((one) => columnsOf(one)?.includes('backlog'));
    expect(finding?.title).toContain('left its earlier course');
    expect(Number(finding?.fields['slope_after']?.value)).toBeGreaterThan(
      Number(finding?.fields['slope_before']?.value),
    );
  });

  test('a daily cycle is no change, and neither is anything else', () => {
    expect(
      kept(run)
        .flatMap((one) => columnsOf(one) ?? [])
        .sort(),
    ).toEqual(['backlog', 'throughput']);
  });

  test('every number is yielded by evidence, and the chart holds the series with its segments', () => {
    for (const finding of run.result.findings) {
      const yielded = new Set(finding.evidence.flatMap((e) => Object.keys(e.yields)));
      const own = Object.keys(finding.fields).filter((name) => name !== 'column' && !yielded.has(name));
      expect(own).toEqual([]);
    }
    const chart = run.result.charts.find(({ name }) => name === kept(run)[0]?.charts[0]);
    const rows = JSON.stringify(chart?.spec);
    expect(rows).toContain('"course"');
    expect(rows).toContain('"segment":1');
  });

  test('the near-miss table tells of every series that was looked at', () => {
    const lines = run.artifacts.get('near_misses.csv')?.trim().split('\n') ?? [];
    const series = lines.filter((line) => line.includes(': no change,'));
    expect(series).toHaveLength(run.result.tests.filter(({ family }) => family === 'no_change').length);
  });
});

test('of eight null tables at most two keep a finding', async () => {
  let found = 0;
  for (let seed = 1; seed <= 8; seed += 1) {
    const table = nullTable(String(seed), 900);
    if (kept(await analyse(table, bindingsOf(table), { permutations: 999 })).length > 0) found += 1;
  }
  // at a rate of 5 % more than two of eight have a probability of 0.6 %
  expect(found).toBeLessThanOrEqual(2);
});

const LOG_ROLES = {
  run_id: 'PROCESS_QUEUE_ID',
  activity: 'PROCESS_ID',
  queued_at: 'QUEUE_DT',
  eligible_at: 'ELIGIBLE_DT',
  started_at: 'START_DT',
  ended_at: 'END_DT',
};

test('in process logs neither weeks nor month ends nor waits in the close are called a change', async () => {
  const findings: string[] = [];
  for (const seed of ['1', '2', '3']) {
    const made = synthetic({ what: 'process-log', seed, rows: 8000, plants: {} });
    const run = await analyse({ columns: made.columns, rows: [...made.rows()] }, rolesOf(LOG_ROLES));
    findings.push(...kept(run).map(({ title }) => title));
  }
  expect(findings).toEqual([]);
});

test.each(['1', '2'])(
  'in a process log the job that takes longer is named, and the one that runs more often (seed %s)',
  async (seed) => {
    const plants = { duration_drift: true, arrival_jump: true } as const;
    const made = synthetic({ what: 'process-log', seed, rows: 24_000, plants });
    const run = await analyse({ columns: made.columns, rows: [...made.rows()] }, rolesOf(LOG_ROLES));
    const jobs = kept(run).map(({ target, scope }) => `${target['activity']} ${scope['series']}`);
    expect(jobs).toEqual(expect.arrayContaining(['APIMPORT service_s', 'ARAPPLY rows']));
  },
);

/** Rows at even steps through 90 days, with a duration that is longer, and runs that are more, from the 60th day on. */
function slowerLog(): Table {
  const random = createRandom('1', 'log');
  const rows: string[][] = [];
  for (let day = 0; day < 90; day += 1) {
    const runs = (day < 60 ? 30 : 45) + random.integer(9);
    for (let i = 0; i < runs; i += 1) {
      const start = Date.UTC(2025, 0, 1 + day) + i * 1_000_000;
      const seconds = 60 + (day < 60 ? 0 : 30) + random.integer(40);
      const time = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ');
      rows.push([time(start), time(start + 5000), time(start + 5000 + seconds * 1000)]);
    }
  }
  return {
    columns: ['QUEUE_DT', 'START_DT', 'END_DT'].map((name) => ({ name, type: { kind: 'timestamp' } })),
    rows,
  };
}

test('counts of rows and times that the view derives are told in their units', async () => {
  const roles = rolesOf({ queued_at: 'QUEUE_DT', started_at: 'START_DT', ended_at: 'END_DT' });
  const findings = kept(await analyse(slowerLog(), roles));
  const titles = findings.map(({ title }) => title.replaceAll('\u202f', ' ')).sort();
  expect(titles).toEqual([
    'Median of service time per day: from 1 min 20 s to 1 min 50 s on 2025-03-02',
    'Rows per day: from 33 rows to 50 rows on 2025-03-02',
  ]);
  const counted = findings.find(({ scope }) => scope['series'] === 'rows');
  expect(counted?.replication).toBeUndefined();
  expect(counted?.limitations.join(' ')).toContain('can’t be checked on halves');
});

/** Ninety days of two kinds of rows, of which the dear one comes in more often from the 60th day on. */
function otherMixture(withinShift: number): Table {
  const random = createRandom('1', 'mixture');
  const rows: string[][] = [];
  for (let day = 0; day < 90; day += 1) {
    for (let i = 0; i < 40; i += 1) {
      const isDear = random.uniform() < (day < 60 ? 0.2 : 0.8);
      const price = (isDear ? 30 : 10) + 2 * random.normal() + (day < 60 ? 0 : withinShift);
      const at = new Date(Date.UTC(2025, 0, 1 + day, 8) + i * 600_000).toISOString();
      rows.push([at.slice(0, 19).replace('T', ' '), isDear ? 'dear' : 'cheap', price.toFixed(3)]);
    }
  }
  return {
    columns: [
      { name: 'sold', type: { kind: 'timestamp' } },
      { name: 'kind', type: { kind: 'text' } },
      { name: 'price', type: DECIMAL },
    ],
    rows,
  };
}

test.each([
  [-2, 'by another mixture of kind', 'within the levels of kind it goes the other way', 'info'],
  [0, 'on 2025-03-02', 'Most of it is another mixture of kind', 'notice'],
])(
  'a change that is one of the mixture of rows is told so (shift within of %s)',
  async (shift, title, words, severity) => {
    const roles = rolesOf({ timestamp: 'sold', category: 'kind', measure: 'price' });
    const finding = kept(await analyse(otherMixture(shift), roles)).find((one) =>
      columnsOf(one)?.includes('price'),
    );
    expect(finding?.title).toContain(title);
    expect(finding?.statement).toContain(words);
    expect(finding?.severity).toBe(severity);
  },
);

test('where most medians are equal, the share of rows above the median of all is followed, in points', async () => {
  const random = createRandom('1', 'waits');
  const rows = Array.from({ length: 4000 }, (_, i) => {
    const waits = random.uniform() < (i < 2400 ? 0.1 : 0.3);
    const at = new Date(Date.UTC(2025, 0, 1) + i * 1_800_000).toISOString().slice(0, 19).replace('T', ' ');
    return [at, waits ? String(1 + random.integer(600)) : '0'];
  });
  const columns: Table['columns'] = [
    { name: 'at', type: { kind: 'timestamp' } },
    { name: 'wait', type: { kind: 'integer' } },
  ];
  const [finding] = kept(await analyse({ columns, rows }, rolesOf({ timestamp: 'at', measure: 'wait' })));
  const words = finding?.statement.replaceAll('\u202f', ' ');
  expect(words).toMatch(
    /^Share of rows per day with wait above 0 changed on 2025-02-2\d: about \d+(\.\d+)? % before/,
  );
  expect(words).toMatch(/a shift of \d+(\.\d+)? points/);
});

test('placeholders for a missing time do not stretch the series', async () => {
  const log = slowerLog();
  const rows = [...log.rows, ['1900-01-01 00:00:00', null, null], ['9999-12-31 00:00:00', null, null]];
  const roles = rolesOf({ queued_at: 'QUEUE_DT', started_at: 'START_DT', ended_at: 'END_DT' });
  const run = await analyse({ ...log, rows }, roles);
  expect(kept(run)).toHaveLength(2);
  expect(run.result.notes.join(' ')).toContain('far from all others');
});

function measurements(order: (values: number[]) => number[]): Table {
  const random = createRandom('1', 'readings');
  const values = Array.from({ length: 240 }, (_, i) => 10 + random.normal() + (i < 100 ? 0 : 2));
  return {
    columns: [{ name: 'reading', type: DECIMAL }],
    rows: order(values).map((value) => [value.toFixed(3)]),
  };
}

test('without times the rows are followed in their order, and that is said', async () => {
  const run = await analyse(
    measurements((values) => values),
    rolesOf({ measure: 'reading' }),
  );
  const [finding] = kept(run);
  expect(Math.abs(Number(finding?.fields['date']?.value) - 101)).toBeLessThanOrEqual(3);
  expect(finding?.statement).toContain('from row');
  expect(run.result.notes.join(' ')).toContain('in their order');
});

test('rows that are sorted by a column have no order in time', async () => {
  const sorted = measurements((values) => values.toSorted((a, b) => a - b));
  const run = await analyse(sorted, rolesOf({ measure: 'reading' }));
  expect(run.result.findings).toEqual([]);
  expect(run.result.notes.join(' ')).toContain('sorted by reading');
});

test('the same seed gives the same bytes, however the rows are cut into chunks', async () => {
  const table = plantedTable('2', 1500, { change_point: true });
  const runs = await Promise.all(
    [undefined, 64].map((chunkRows) =>
      withTable(table, (d) => runInProcess('analysis_changepoint', d, bindingsOf(table)), chunkRows),
    ),
  );
  expect(runs[1]?.result).toEqual(runs[0]?.result);
});
