import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlugin } from '../../src/testing/index.ts';

const PLUGIN = join(import.meta.dirname, '../../plugins/analysis_concurrency_reconstruction');
const ROLES = {
  activity: 'JOB',
  queued_at: 'QUEUED',
  started_at: 'STARTED',
  ended_at: 'ENDED',
  resource: 'HOST',
};

/** Runs of 2025-01-10 as `[job, host, queued, started, ended]`, times as `hh:mm:ss`. */
function log(runs: readonly (readonly [string, string, string, string, string | null])[]) {
  const at = (time: string | null) => (time === null ? null : `2025-01-10 ${time}`);
  return runs.map(([JOB, HOST, queued, started, ended]) => ({
    JOB,
    HOST,
    QUEUED: at(queued),
    STARTED: at(started),
    ENDED: at(ended),
  }));
}

const analyse = (runs: Parameters<typeof log>[0], settings = {}) =>
  runPlugin(PLUGIN, log(runs), {
    roles: ROLES,
    settings,
    types: { QUEUED: 'timestamp', STARTED: 'timestamp', ENDED: 'timestamp' },
  });

test('an end at the moment of a start frees the slot first, and a run of no length takes none', async () => {
  const { findings } = await analyse([
    ['A', 'H1', '10:00:00', '10:00:00', '10:10:00'],
    ['A', 'H1', '10:10:00', '10:10:00', '10:20:00'],
    ['B', 'H2', '10:05:00', '10:05:00', '10:15:00'],
    ['B', 'H2', '10:07:00', '10:07:00', '10:07:00'],
    ['C', 'H2', '10:08:00', '10:08:00', null],
    ['C', 'H2', '10:09:00', '10:09:00', '10:08:00'],
  ]);
  const [whole] = findings.filter(({ kind }) => kind === 'concurrency');
  const value = (name: string) => whole?.fields[name]?.value;
  // 30 minutes of work in 20: one run for 10 minutes, two for 10.
  expect([value('peak'), value('average'), value('busy_percent')]).toEqual([2, 1.5, 100]);
  expect([
    value('zero_runs'),
    value('runs_without_end'),
    value('backward_runs'),
    value('placed_runs'),
  ]).toEqual([1, 1, 1, 3]);
  expect(value('peak_at')).toContain('10:05:00');
  expect(whole?.evidence.flatMap((e) => (e.kind === 'query' ? (e.rows ?? []) : []))).toEqual([
    { part: 1, row_number: 1 },
    { part: 1, row_number: 3 },
  ]);
});

test('waiting while all slots are taken is told with its share, and waiting beside a free slot is not part of it', async () => {
  const { findings } = await analyse([
    ['A', 'H1', '10:00:00', '10:00:00', '10:10:00'],
    ['A', 'H2', '10:00:00', '10:00:00', '10:10:00'],
    ['B', 'H1', '10:02:00', '10:10:00', '10:20:00'],
    ['C', 'H2', '10:04:00', '10:12:00', '10:20:00'],
  ]);
  const [capacity] = findings.filter(({ kind }) => kind === 'capacity');
  const value = (name: string) => capacity?.fields[name]?.value;
  expect([value('slots'), value('waiting_s'), value('waiting_at_s'), value('at_s')]).toEqual([
    2, 960, 840, 1080,
  ]);
  expect(value('waiting_at_percent')).toBe(87.5);
  expect(capacity?.statement).toContain('for more never were');
});

/** The same runs on so many days from 2025-01-10 on. */
const onDays = (days: number, runs: Parameters<typeof log>[0]) =>
  Array.from({ length: days }, (_, day) =>
    log(runs).map((run) => {
      const of = (time: string | null) => time?.replace('01-10', `01-${10 + day}`) ?? null;
      return { ...run, QUEUED: of(run.QUEUED), STARTED: of(run.STARTED), ENDED: of(run.ENDED) };
    }),
  ).flat();

const minute = (at: number) =>
  `${String(10 + Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}:00`;
/** Six runs, five minutes each, one after the other though all are asked for at ten. */
const SINGLE = Array.from(
  { length: 6 },
  (_, i) => ['ONE', 'H1', '10:00:00', minute(5 * i), minute(5 * i + 5)] as const,
);
const WIDE = Array.from({ length: 4 }, () => ['MANY', 'H2', '10:40:00', '10:40:00', '11:40:00'] as const);

const capsOf = async (table: ReturnType<typeof onDays>) => {
  const types = { QUEUED: 'timestamp', STARTED: 'timestamp', ENDED: 'timestamp' } as const;
  const { findings, notes, tests } = await runPlugin(PLUGIN, table, { roles: ROLES, types });
  return { cap: findings.find(({ kind }) => kind === 'job_cap'), findings, notes, tests };
};

test('a job that never runs beside itself although it queues is told, with the wait beside a free slot', async () => {
  const late = Array.from({ length: 4 }, () => ['MANY', 'H2', '10:45:00', '11:40:00', '11:50:00'] as const);
  const { cap, findings } = await capsOf(onDays(10, [...SINGLE, ...WIDE, ...late]));
  expect(findings.map(({ kind }) => kind)).toContain('capacity');
  expect(cap?.items?.map((item) => [item.fields['name']?.value, item.fields['cap']?.value])).toEqual([
    ['ONE', 1],
  ]);
  const value = (name: string) => cap?.fields[name]?.value;
  expect([value('slots'), value('free_s')]).toEqual([4, 10 * 60 * (5 + 10 + 15 + 20 + 25)]);
  expect([value('blocked_runs'), value('by_chance'), value('beside')]).toEqual([50, 50, 0]);
});

test('a job that is the only one to wait is told, too: what ran beside it at other times were free slots', async () => {
  const { cap, notes } = await capsOf(onDays(10, [...SINGLE, ...WIDE]));
  expect([cap?.fields['name']?.value, cap?.fields['slots']?.value]).toEqual(['ONE', 4]);
  expect(notes.join(' ')).toContain('the number of slots is not what made them wait');
});

test('a job that waits while a run of its own is under way and then starts beside it has no limit', async () => {
  const beside = [0, 1, 2].flatMap((hour) => [
    ['ONE', 'H1', minute(60 * hour), minute(60 * hour), minute(60 * hour + 40)] as const,
    ['ONE', 'H1', minute(60 * hour + 5), minute(60 * hour + 39), minute(60 * hour + 41)] as const,
  ]);
  const wide = WIDE.map(([job, host]) => [job, host, '15:00:00', '15:00:00', '15:30:00'] as const);
  const { cap, tests } = await capsOf(onDays(10, [...beside, ...wide]));
  expect(cap).toBeUndefined();
  expect(tests.map(({ p_value }) => p_value)).toEqual([1]);
});

test('starts on fewer than six days are not told from chance, and that is said', async () => {
  const { cap, notes } = await capsOf(onDays(5, [...SINGLE, ...WIDE]));
  expect(cap).toBeUndefined();
  expect(notes.join(' ')).toContain('from starts on fewer than 6 days');
});

test('the close of a month and a leap day are moments like others: a run over the month end counts once', async () => {
  const table = [
    { JOB: 'A', STARTED: '2024-02-29 23:00:00', ENDED: '2024-03-01 01:00:00' },
    { JOB: 'A', STARTED: '2024-03-01 00:00:00', ENDED: '2024-03-01 02:00:00' },
  ];
  const { findings, notes } = await runPlugin(PLUGIN, table, {
    roles: { activity: 'JOB', started_at: 'STARTED', ended_at: 'ENDED' },
    types: { STARTED: 'timestamp', ENDED: 'timestamp' },
  });
  expect(findings[0]?.fields['average']?.value).toBe(4 / 3);
  expect(notes.join(' ')).toContain('No column names a server');
});

test('with durations and no ends, runs end after their duration', async () => {
  const table = [
    { JOB: 'A', STARTED: '2025-01-10 10:00:00', SECONDS: 600 },
    { JOB: 'A', STARTED: '2025-01-10 10:05:00', SECONDS: 600 },
    { JOB: 'A', STARTED: '2025-01-10 10:06:00', SECONDS: null },
  ];
  const { findings } = await runPlugin(PLUGIN, table, {
    roles: { activity: 'JOB', started_at: 'STARTED', duration: 'SECONDS' },
    types: { STARTED: 'timestamp', SECONDS: 'integer' },
  });
  expect([findings[0]?.fields['peak']?.value, findings[0]?.fields['runs_without_end']?.value]).toEqual([
    2, 1,
  ]);
});

test('many waits at once of more than a hundred years each are added up beyond 64 bits', async () => {
  const runs = log(
    Array.from({ length: 1000 }, () => ['A', 'H1', '10:00:00', '10:00:00', '10:10:00'] as const),
  );
  const long = runs.map((run, i) => ({
    ...run,
    QUEUED: i === 0 ? '1500-01-01 00:00:00' : '1900-01-01 00:00:00',
    STARTED: '2200-01-01 00:00:00',
    ENDED: '2200-01-01 00:10:00',
  }));
  for (const id of ['analysis_concurrency_reconstruction', 'analysis_littles_law']) {
    const { findings } = await runPlugin(join(PLUGIN, '..', id), long, {
      roles: ROLES,
      types: { QUEUED: 'timestamp', STARTED: 'timestamp', ENDED: 'timestamp' },
    });
    expect(findings.length).toBeGreaterThan(0);
  }
});

test('waits that pass while nothing runs are no lack of slots', async () => {
  const { findings, notes } = await analyse([
    ['A', 'H1', '10:00:00', '11:00:00', '11:00:30'],
    ['A', 'H1', '12:00:00', '13:00:00', '13:00:30'],
  ]);
  expect(findings.map(({ kind }) => kind)).not.toContain('capacity');
  expect(notes.join(' ')).toContain('while nothing ran');
});

test('a run that ends at the end of time is in no span, level, load or rate, and that is said', async () => {
  const runs = log([
    ['A', 'H1', '10:00:00', '10:00:00', '10:10:00'],
    ['A', 'H1', '10:05:00', '10:05:00', '10:15:00'],
    ['B', 'H2', '10:10:00', '10:10:00', '10:20:00'],
    ['B', 'H2', '10:10:00', '10:12:00', '10:20:00'],
  ]).map((run, i) => ({ ...run, ...(i === 3 && { ENDED: '9999-12-31 00:00:00' }) }));
  const of = async (id: string, wanted: string) => {
    const { findings, notes } = await runPlugin(join(PLUGIN, '..', id), runs, {
      roles: ROLES,
      types: { QUEUED: 'timestamp', STARTED: 'timestamp', ENDED: 'timestamp' },
    });
    expect(notes.join(' ')).toContain('far outside of the period of the log: 1.');
    return findings.find(({ kind }) => kind === wanted)?.fields ?? {};
  };
  const whole = await of('analysis_concurrency_reconstruction', 'concurrency');
  // 30 minutes of work in 20
  expect([whole['average']?.value, whole['peak']?.value, whole['runs']?.value]).toEqual([1.5, 2, 3]);
  const law = await of('analysis_littles_law', 'littles_law_runs');
  expect([law['l_time_avg']?.value, law['w_s']?.value]).toEqual([1.5, 600]);
  const load = await of('analysis_resource_imbalance', 'load_imbalance');
  expect([load['name']?.value, load['times_least']?.value]).toEqual(['H1', 2]);
});

test('what becomes ready in the close is told hour by hour as slots, and as servers where all are alike', async () => {
  const { findings } = await runPlugin(
    PLUGIN,
    [
      ['A', 'H1', '10:00:00', '10:00:00', '10:30:00'],
      ['A', 'H2', '10:00:00', '10:00:00', '10:30:00'],
      ['A', 'H1', '10:00:00', '10:30:00', '11:00:00'],
      ['A', 'H2', '10:00:00', '10:30:00', '11:00:00'],
      ['A', 'H1', '10:30:00', '11:00:00', '13:00:00'],
      ['A', 'H2', '10:30:00', '11:00:00', '13:00:00'],
      ['A', 'H1', '12:00:00', '13:00:00', '13:30:00'],
    ].map(([JOB = '', HOST = '', q = '', s = '', e = '']) => ({
      JOB,
      HOST,
      QUEUED: `2025-01-03 ${q}`,
      STARTED: `2025-01-03 ${s}`,
      ENDED: `2025-01-03 ${e}`,
    })),
    { roles: ROLES, types: { QUEUED: 'timestamp', STARTED: 'timestamp', ENDED: 'timestamp' } },
  );
  const capacity = findings.find(({ kind }) => kind === 'capacity');
  const value = (name: string) => capacity?.fields[name]?.value;
  // work that became ready: 6 h from 10:00, none from 11:00, half an hour from 12:00, none from 13:00
  expect(['close_hours', 'hours_above', 'median_wanted', 'p95_wanted'].map(value)).toEqual([4, 1, 0, 6]);
  expect(['slots', 'servers', 'slots_per_server', 'servers_wanted'].map(value)).toEqual([2, 2, 1, 6]);
});
