import { expect, test } from 'vitest';
import type { PluginOutput, RawFinding } from '../../src/contract/index.ts';
import { evidenceRegistry } from '../../src/pipeline/evidence-registry.ts';
import { fillIn } from '../../src/pipeline/fill-in.ts';
import { manifest, output, schema } from './make.ts';

const registry = () => {
  const found = evidenceRegistry();
  found.addQuery({
    sql: 'SELECT count(*) AS n, max("Amount_2") AS top, 987654 AS said FROM data ORDER BY 1, 2, 3',
    parameters: [],
    columns: [
      { name: 'n', type: 'BIGINT' },
      { name: 'top', type: 'DECIMAL(10,2)' },
      { name: 'said', type: 'INTEGER' },
    ],
    constants: ['said'],
    rows: [['12', '3.50', '987654']],
    resultSha256: `sha256:${'0'.repeat(64)}`,
  });
  return found;
};

const finding = (change: Partial<RawFinding> = {}): RawFinding => ({
  kind: 'fact',
  title: 'Rows',
  statement: 'The table has {rows}.',
  fields: { rows: { from: { query: 'q1', row: 0, column: 'n' }, unit: 'rows' } },
  target: { columns: { columns: ['Amount_2'] } },
  how: 'exact_count',
  severity: 'info',
  ...change,
});

const fill = (change: Partial<PluginOutput>, changeManifest = {}) =>
  fillIn({
    manifest: manifest(changeManifest),
    settings: { bins: 20 },
    schema,
    coverage: { kind: 'FULL', rows: 12, of_rows: 12, rejected_rows: 0 },
    output: output(change),
    registry: registry(),
    derivedColumns: [],
    artifacts: [],
  });

test('a number comes from the cell that the field names, and the evidence says which', () => {
  const [found] = fill({ findings: [finding()] }).findings;
  expect(found?.statement).toMatch(/^The table has 12\srows\.$/);
  expect(found?.fields).toEqual({ rows: { value: 12, unit: 'rows' } });
  expect(found?.evidence).toMatchObject([
    { kind: 'query', yields: { rows: { row: 0, column: 'n' } }, row_count: 1 },
  ]);
  expect(found?.basis).toBe('MEASURED');
});

const derivation = {
  handle: 'd1',
  method: 'half',
  parameters: {},
  values: { half: 6 },
  inputs: ['q1'],
};

test('a derivation is cited with its method, its value and the evidence of its inputs', () => {
  const fields = { half: { from: { derivation: 'd1', value: 'half' } } };
  const [found] = fill({
    derivations: [derivation],
    findings: [finding({ statement: '{half}', fields })],
  }).findings;
  expect(found?.evidence).toMatchObject([
    {
      kind: 'derivation',
      by: 'plugin',
      method: 'half',
      yields: { half: 'half' },
      inputs: [{ kind: 'query' }],
    },
  ]);
});

const cell = (column: string, row = 0) => ({ x: { from: { query: 'q1', row, column } } });

test.each<[string, Partial<PluginOutput>, string, object?]>([
  [
    'a literal number in the statement',
    { findings: [finding({ statement: 'It has 12 rows.' })] },
    'literal digit',
  ],
  ['a literal number in the title', { findings: [finding({ title: 'Top 3' })] }, 'literal digit'],
  [
    'a query that yields another field',
    { findings: [finding({ statement: '{x}', fields: cell('total') })] },
    'the cited query does not yield row 0, column "total"',
  ],
  [
    'a constant of the query',
    { findings: [finding({ statement: '{x}', fields: cell('said') })] },
    "is a constant of the query's text, not a result",
  ],
  [
    'a row that the query does not have',
    { findings: [finding({ statement: '{x}', fields: cell('n', 5) })] },
    'does not yield row 5',
  ],
  [
    'a query that was never asked',
    {
      findings: [
        finding({ statement: '{x}', fields: { x: { from: { query: 'q9', row: 0, column: 'n' } } } }),
      ],
    },
    'column "n" of query q9',
  ],
  ['a digit in another script', { findings: [finding({ title: 'Top Ⅻ' })] }, 'literal digit'],
  ['no evidence at all', { findings: [finding({ statement: 'Much.', fields: {} })] }, 'cites no evidence'],
  ['a kind that was not announced', { findings: [finding({ kind: 'other' })] }, 'does not announce'],
  ['the same target twice', { findings: [finding(), finding()] }, 'have the same target'],
  [
    'an unknown column as target',
    { findings: [finding({ target: { columns: { columns: ['Gone'] } } })] },
    'unknown column "Gone"',
  ],
  ['a derivation from nothing', { derivations: [{ ...derivation, inputs: [] }] }, 'names no input'],
  ['a derivation from itself', { derivations: [{ ...derivation, inputs: ['d1'] }] }, 'unknown input d1'],
  ['rows that are no rows', { findings: [finding({ rows: 'q1' })] }, 'does not yield _sh_part'],
  ['a test that was not made', { findings: [finding({ how: 'tested', test: 't' })] }, 'was not registered'],
  ['a tested claim without a test', { findings: [finding({ how: 'tested' })] }, 'names no test'],
  [
    'a modeled claim without assumptions',
    { findings: [finding()] },
    'names its assumptions',
    { claim: 'modeled' },
  ],
  [
    'a chart that fetches its data',
    {
      charts: [
        {
          name: 'c',
          title: 'C',
          alternative: 'c',
          query: 'q1',
          spec: { mark: 'bar', data: { url: 'http://x' } },
        },
      ],
    },
    'may not have "data"',
  ],
  [
    'a metric that no query yields',
    { metrics: { n: { from: { query: 'q1', row: 0, column: 'gone' } } } },
    'metrics.n: the cited query does not yield',
  ],
])('META-02 output with %s is invalid', (_what, change, message, manifestChange = {}) => {
  expect(() => fill(change, manifestChange)).toThrow(message);
});

test('the id of a finding is its plugin, kind, target and scope: values and order do not change it', () => {
  const one = fill({ findings: [finding()] }).findings[0]?.id;
  const two = fill({ findings: [finding({ statement: '{rows} in all.', severity: 'warning' })] }).findings[0]
    ?.id;
  const other = fill({ findings: [finding({ scope: { window: 'close' } })] }).findings[0]?.id;
  expect(two).toBe(one);
  expect(other).not.toBe(one);
});

const hypothesis = (label: string, change: Partial<PluginOutput['tests'][number]> = {}) => ({
  label,
  family: 'pairs',
  hypothesis: `no difference in ${label}`,
  statistic: { name: 'z', value: 3 },
  p_value: 0.01,
  n: 12,
  ...change,
});

test('tests of one family that disagree on whether they depend on each other are invalid output', () => {
  const tests = [hypothesis('t1', { dependent: true }), hypothesis('t2')];
  expect(() => fill({ tests })).toThrow('"pairs" disagree on whether they depend on each other');
  const other = hypothesis('t2', { family: 'others' });
  expect(fill({ tests: [hypothesis('t1', { dependent: true }), other] }).tests).toMatchObject([
    { label: 't1', dependent: true },
    { label: 't2', dependent: false },
  ]);
});

test('two tests with one label are invalid output', () => {
  expect(() => fill({ tests: [hypothesis('t1'), hypothesis('t1')] })).toThrow(
    'two tests have the label "t1"',
  );
});

test('a replicated claim has the estimates of both halves filled in, with their units', () => {
  const replication = { by: 'time', holds: 'both', first: 'rows', second: 'rows' } as const;
  const [found] = fill({ findings: [finding({ replication })] }).findings;
  expect(found?.replication).toEqual({
    by: 'time',
    holds: 'both',
    first: { value: 12, unit: 'rows' },
    second: { value: 12, unit: 'rows' },
  });
});

test('a replication over a field that is none, or no number, is invalid output', () => {
  const replication = { by: 'time', holds: 'both', first: 'rows', second: 'other' } as const;
  expect(() => fill({ findings: [finding({ replication })] })).toThrow('there is no "other"');
  const fields = {
    rows: { from: { query: 'q1', row: 0, column: 'n' } },
    other: { from: { column_name: 'Amount_2' } },
  };
  expect(() => fill({ findings: [finding({ replication, fields })] })).toThrow('"other" is no number');
});

test('a finding is about the columns of its target and the derived ones of its scope, unless the plugin says', () => {
  const wait = { name: 'wait_s', plugin_id: 'test', sql: '1' };
  const filled = (change: Partial<RawFinding>) =>
    fillIn({
      manifest: manifest({}),
      settings: {},
      schema,
      coverage: { kind: 'FULL', rows: 12, of_rows: 12, rejected_rows: 0 },
      output: output({ findings: [finding(change)] }),
      registry: registry(),
      derivedColumns: [wait],
      artifacts: [],
    }).findings[0];
  const scope = { derived: 'wait_s', side: 'above' };
  expect(filled({ scope })?.about).toEqual(['Amount_2', 'wait_s']);
  const said = filled({ scope, about: ['wait_s'] });
  expect(said?.about).toEqual(['wait_s']);
  expect(said?.id).toBe(filled({ scope })?.id);
  expect(() => filled({ about: ['nothing'] })).toThrow('about names the unknown column "nothing"');
});

test('derivations that stand on each other, each twice, are told in no time or refused: their evidence doubles with each', () => {
  const chain = (length: number) =>
    Array.from({ length }, (_, i) => ({
      handle: `d${i + 1}`,
      method: 'same',
      parameters: {},
      values: { v: 1 },
      inputs: i === 0 ? ['q1'] : [`d${i}`, `d${i}`],
    }));
  const about = (length: number) =>
    fill({
      derivations: chain(length),
      findings: [finding({ fields: { rows: { from: { derivation: `d${length}`, value: 'v' } } } })],
    });
  expect(about(8).findings).toHaveLength(1);
  expect(() => about(60)).toThrow('its result, with the evidence of each claim, has more than 64 MB');
});

test('charts over too many cells are refused, however few bytes ask for them', () => {
  const chart = { name: 'c', title: 'c', alternative: 'c', query: 'q1', spec: { mark: 'bar' } };
  const charts = Array.from({ length: 400_000 }, () => chart);
  expect(() => fill({ charts })).toThrow('its charts hold 1200000 cells of data; at most 1000000 are taken');
});

test('a finding may have very many fields', () => {
  const field = { from: { query: 'q1', row: 0, column: 'n' } } as const;
  const names = Array.from({ length: 10_000 }, (_, i) => `f${i}`);
  const fields = { rows: field, ...Object.fromEntries(names.map((name) => [name, field])) };
  expect(Object.keys(fill({ findings: [finding({ fields })] }).findings[0]?.fields ?? {})).toHaveLength(
    10_001,
  );
});

test('a note as long as a file is invalid output', () => {
  expect(fill({ notes: ['a'.repeat(10_000)] }).notes).toHaveLength(1);
  expect(() => fill({ notes: ['', 'a'.repeat(10_001)] })).toThrow('notes[1]: it has 10001 characters');
});
