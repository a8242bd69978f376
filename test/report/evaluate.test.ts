import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Finding, GroundTruth, PluginManifest } from '../../src/contract/index.ts';
import { SOUGHT } from '../../src/report/evaluate/sought.ts';
import { judge } from '../../src/report/index.ts';
import { finding } from './documents.ts';

const ran = (...ids: string[]) => ids.map((plugin_id) => ({ plugin_id, status: 'ok' as const, reason: '' }));
const truth = (parts: Partial<GroundTruth>): GroundTruth => ({
  schema_version: 'ground_truth.v1',
  kind: 'real',
  ...parts,
});
const waits = finding({
  kind: 'wait_by_activity',
  target: { activity: 'REVALLOC' },
  estimate: { name: 'over_threshold_wait', value: 100, unit: 's' },
  fields: { runs: { value: 7 } },
  items: [
    {
      title: 'JIBCALC',
      statement: '',
      fields: { activity: { value: 'JIBCALC' }, runs: { value: 3 } },
      evidence: [],
      charts: [],
    },
  ],
});
const statusOf = (parts: Partial<GroundTruth>, findings: readonly Finding[] = [waits]) =>
  judge(
    {
      findings: [...findings],
      metrics: {},
      plugins: ran('analysis_waits', 'analysis_changepoint', 'analysis_outliers'),
    },
    truth(parts),
  ).expectations.map(({ status }) => status);
const expected = { plugin: 'analysis_waits', kind: 'wait_by_activity' };

test.each([
  ['the target', { target: { activity: 'REVALLOC' } }, 'found'],
  ['an item', { target: { activity: 'JIBCALC' } }, 'found'],
  ['nothing', { target: { activity: 'REVAL' } }, 'missing'],
  ['another key only', { target: { user: 'REVALLOC' } }, 'missing'],
])('a finding is found where %s names what is expected', (_, more, status) => {
  expect(statusOf({ findings: [{ ...expected, ...more }] })).toEqual([status]);
});

test.each([
  [{ value: 100 }, 'found'],
  [{ value: 100.5 }, 'wrong_value'],
  [{ value: 100.5, absolute_tolerance: 0.5 }, 'found'],
  [{ value: 105, relative_tolerance: 0.04 }, 'wrong_value'],
  [{ value: 105, relative_tolerance: 0.05 }, 'found'],
  [{ value: 105, relative_tolerance: 0.01, absolute_tolerance: 6 }, 'found'],
  [{ value: '100' }, 'wrong_value'],
  [{ value: null }, 'wrong_value'],
])('a number holds to the tolerance that is given, or to the digit: %o', (estimate, status) => {
  expect(statusOf({ findings: [{ ...expected, estimate }] })).toEqual([status]);
});

test('the values of an expectation have to be held by one and the same claim', () => {
  const of = (activity: string, runs: number) => ({
    ...expected,
    target: { activity },
    fields: { runs: { value: runs } },
  });
  expect(statusOf({ findings: [of('JIBCALC', 3), of('JIBCALC', 7), of('REVALLOC', 7)] })).toEqual([
    'found',
    'wrong_value',
    'found',
  ]);
});

test('what must not be told is told wrongly, or not told', () => {
  const trap = (kind: string) => ({ plugin: 'analysis_waits', kind, expected: 'not_found' as const });
  expect(statusOf({ findings: [trap('wait_by_activity'), trap('wait_by_user')] })).toEqual([
    'told_wrongly',
    'not_told',
  ]);
});

test('what nobody looked for is not evaluated, with the reason', () => {
  const { expectations } = judge(
    {
      findings: [],
      metrics: {},
      plugins: [{ plugin_id: 'analysis_waits', status: 'timed_out', reason: 'after 5 s' }],
    },
    truth({ findings: [expected, { ...expected, plugin: 'analysis_others' }] }),
  );
  expect(expectations.map(({ status, reason }) => [status, reason])).toEqual([
    ['not_evaluated', 'analysis_waits: timed out (after 5 s)'],
    ['not_evaluated', 'the run had no plugin analysis_others'],
  ]);
});

test('a change is found within its days, where the item that is near enough names it', () => {
  const change = (date: string) => ({
    title: date,
    statement: '',
    fields: { date: { value: date } },
    evidence: [],
    charts: [],
  });
  const changes = finding({
    plugin_id: 'analysis_changepoint',
    kind: 'change_points',
    target: { columns: ['flow'] },
    items: [change('2025-02-01'), change('2025-03-19 06:00:00')],
  });
  const at = (days: number) => ({ target: { columns: ['flow'] }, at: '2025-03-18', tolerance_days: days });
  expect(statusOf({ change_points: [at(1), at(1.25), at(2)] }, [changes])).toEqual([
    'wrong_value',
    'found',
    'found',
  ]);
});

test('of anomalies the wanted share of the rows has to be cited', () => {
  const rows = [3, 5].map((row_number) => ({ part: 1, row_number }));
  const evidence: Finding['evidence'] = [
    { kind: 'query', sql: '', parameters: [], result_sha256: '', row_count: 2, yields: {}, rows },
  ];
  const outliers = finding({
    plugin_id: 'analysis_outliers',
    kind: 'outliers',
    target: { columns: ['x'] },
    evidence,
  });
  const of = (least_share?: number) => ({
    columns: ['x'],
    rows: [3, 4],
    ...(least_share && { least_share }),
  });
  expect(statusOf({ anomalies: [of(), of(0.5)] }, [outliers])).toEqual(['wrong_value', 'found']);
});

test('of a plant with several targets each has to be told', () => {
  const plant = {
    ...{
      plant: 'p',
      kind: 'impossible_values',
      expected: 'found' as const,
      statement: '',
      size: { value: 1, unit: '' },
    },
    target: { columns: ['a', 'b'] },
    measured: {},
  };
  const of = (column: string) =>
    finding({ plugin_id: 'profile_quality', kind: 'impossible_values', target: { columns: [column] } });
  const judged = (findings: Finding[]) =>
    judge({ findings, metrics: {}, plugins: ran('profile_quality') }, truth({ plants: [plant] }))
      .expectations[0]?.status;
  expect(judged([of('a')])).toBe('missing');
  expect(judged([of('a'), of('b')])).toBe('found');
});

test('recall and precision are told by kind; facts are no claims', () => {
  const other = finding({ kind: 'wait_by_activity', target: { activity: 'OTHER' } });
  const fact = finding({ kind: 'column_facts' });
  const { by_kind, unexpected } = judge(
    { findings: [waits, other, fact], metrics: {}, plugins: ran('analysis_waits') },
    truth({
      findings: [
        { ...expected, target: { activity: 'REVALLOC' } },
        { ...expected, target: { activity: 'GONE' } },
      ],
    }),
  );
  expect(by_kind).toEqual([
    { kind: 'wait_by_activity', expected: 2, found: 1, recall: 0.5, told: 2, right: 1, precision: 0.5 },
  ]);
  expect(unexpected.map(({ id, rank }) => [id, rank])).toEqual([[other.id, 2]]);
});

const plugins = join(import.meta.dirname, '../../plugins');
const manifests = new Map(
  readdirSync(plugins).map((id) => [
    id,
    JSON.parse(readFileSync(join(plugins, id, 'plugin.json'), 'utf8')) as PluginManifest,
  ]),
);

test('the table of what is sought names plugins and kinds of finding that there are', () => {
  const unknown = Object.entries(SOUGHT).flatMap(([kind, ways]) =>
    ways.flatMap(({ plugin, kinds }) =>
      kinds
        .filter((one) => !manifests.get(plugin)?.finding_kinds.includes(one))
        .map((one) => `${kind}: ${plugin} ${one}`),
    ),
  );
  expect(unknown).toEqual([]);
});

test('a metric that its plugin does not tell is not evaluated, with the nearest name', () => {
  const metrics = { analysis_waits: { service_s: { value: 3 } } };
  const truth_ = truth({ metrics: [{ plugin: 'analysis_waits', name: 'services', value: 3 }] });
  const { expectations } = judge({ findings: [], metrics, plugins: ran('analysis_waits') }, truth_);
  expect(expectations.map(({ status, reason }) => [status, reason])).toEqual([
    ['not_evaluated', 'analysis_waits tells no metric services of this table (perhaps service_s)'],
  ]);
});

test('a name is found under `name`, as some analyses call what they are about, though not under the key of something else', () => {
  const item = (fields: Finding['fields']) => ({
    title: '',
    statement: '',
    fields,
    evidence: [],
    charts: [],
  });
  const jobs = finding({
    kind: 'scheduled_jobs',
    items: [item({ name: { value: 'ACME' } }), item({ user: { value: 'BOB' } })],
  });
  const of = (target: Record<string, string>) => ({
    plugin: 'analysis_waits',
    kind: 'scheduled_jobs',
    target,
  });
  expect(
    statusOf({ findings: [of({ activity: 'ACME' }), of({ activity: 'BOB' }), of({ user: 'BOB' })] }, [jobs]),
  ).toEqual(['found', 'missing', 'found']);
});

test('a column that the table does not have is not evaluated, with the nearest name', () => {
  const { expectations } = judge(
    {
      findings: [],
      metrics: {},
      columns: ['service_s', 'rows'],
      plugins: ran('analysis_changepoint', 'analysis_outliers'),
    },
    truth({
      change_points: [{ target: { columns: ['rows'] }, at: '2025-01-01', tolerance_days: 1 }],
      anomalies: [{ columns: ['service time'], rows: [1] }],
    }),
  );
  expect(expectations.map(({ status, reason }) => [status, reason])).toEqual([
    ['missing', ''],
    ['not_evaluated', 'the table has no column "service time" (perhaps service_s)'],
  ]);
});
