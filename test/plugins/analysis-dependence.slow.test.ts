import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Finding, PluginResult } from '../../src/contract/index.ts';
import { closeLedger } from '../../src/report/ledger.ts';
import { nullTable, plantedTable } from '../../src/synth/index.ts';
import { rolesOf, type Table, withTable } from './make-table.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';
import { bindingsOf } from './synthetic-table.ts';

const ID = 'analysis_dependence';
const folder = new URL('../../fixtures/reference/dependence/', import.meta.url);
const integer = { kind: 'integer' } as const;
const decimal = (scale: number) => ({ kind: 'decimal', precision: 12, scale }) as const;
const double = { kind: 'double' } as const;
const words = { kind: 'text' } as const;

/** Roles of columns by name; several may have one role. */
const roles = (measures: readonly string[], categories: readonly string[]) => [
  ...measures.flatMap((name) => rolesOf({ measure: name })),
  ...categories.flatMap((name) => rolesOf({ category: name })),
];

function analyse(
  table: Table,
  bindings: ReturnType<typeof roles>,
  settings: Record<string, unknown> = {},
  chunkRows?: number,
): Promise<InProcess> {
  return withTable(table, (dataset) => runInProcess(ID, dataset, bindings, settings), chunkRows);
}

const entry = (result: PluginResult, family: string, ...columns: string[]) => {
  const found = result.tests.find(
    (one) => one.family === family && columns.every((name) => one.hypothesis.split(' ').includes(name)),
  );
  if (found === undefined) throw new Error(`no entry ${family} of ${columns}`);
  return found;
};
const columnsOf = (finding: Finding) => [finding.target['columns']].flat().toSorted().join(' with ');
const findingOf = (findings: readonly Finding[], ...columns: string[]) =>
  findings.find((one) => columnsOf(one) === columns.toSorted().join(' with '));
const number = (finding: Finding | undefined, field: string) => Number(finding?.fields[field]?.value);

/** What the ledger keeps of a result on its own, at the usual level. */
const keptOf = (result: PluginResult) => closeLedger([result], 0.05).results[0]?.findings ?? [];

describe('associations against R, with ties and missing values', async () => {
  const reference = JSON.parse(readFileSync(new URL('dependence.json', folder), 'utf8')) as Record<
    string,
    Record<string, number>
  >;
  const [header = '', ...lines] = readFileSync(new URL('table.csv', folder), 'utf8').trim().split('\n');
  const types = [integer, decimal(1), decimal(2), words, words];
  const table: Table = {
    columns: header.split(',').map((name, i) => ({ name, type: types[i] ?? words })),
    rows: lines.map((line) => line.split(',').map((cell) => (cell === '' ? null : cell))),
  };
  const { result, artifacts } = await analyse(table, roles(['load', 'speed', 'wear'], ['shift', 'machine']));
  const close = (found: number | undefined, expected: number | undefined) =>
    expect((found ?? Number.NaN) / (expected ?? Number.NaN)).toBeCloseTo(1, 9);

  test.each(['load_speed', 'load_wear', 'speed_wear'])('rank correlation: %s', (name) => {
    const found = entry(result, 'rank_correlation', ...name.split('_'));
    const r = reference[name] ?? {};
    expect(found.n).toBe(r['n']);
    close(found.statistic.value, r['rho']);
    close(found.p_value, r['p']);
    close(number(findingOf(result.findings, ...name.split('_')), 'pearson'), r['pearson']);
  });

  test.each(['speed_shift', 'wear_machine', 'load_shift', 'speed_machine'])(
    'ranks and analysis of variance by level: %s',
    (name) => {
      const [ranks, anova] = ['kruskal_wallis', 'anova'].map((family) =>
        entry(result, family, ...name.split('_')),
      );
      const r = reference[name] ?? {};
      expect([ranks?.n, anova?.n]).toEqual([r['n'], r['n']]);
      close(ranks?.statistic.value, r['h']);
      close(ranks?.p_value, Math.max(r['kw_p'] ?? 0, r['welch_rank_p'] ?? 0));
      close(anova?.statistic.value, r['f']);
      close(
        anova?.p_value,
        Math.max(...['kw_p', 'welch_rank_p', 'anova_p', 'welch_p'].map((p) => r[p] ?? 0)),
      );
    },
  );

  test('chi-square, V without its bias, and the cell that stands out', () => {
    const r = reference['shift_machine'] ?? {};
    const found = entry(result, 'chi_square', 'shift', 'machine');
    const finding = findingOf(result.findings, 'shift', 'machine');
    close(found.statistic.value, r['chi_square']);
    close(found.p_value, r['p']);
    close(number(finding, 'effect'), r['cramers_v']);
    close(number(finding, 'residual'), r['largest_residual']);
  });

  test('effects of a difference, and partial correlations', () => {
    const r = reference['partial'] ?? {};
    const groups = findingOf(result.findings, 'speed', 'shift');
    close(number(groups, 'effect') / 100, reference['speed_shift']?.['share']);
    close(number(groups, 'eta_squared') / 100, reference['speed_shift']?.['eta_squared']);
    const pair = findingOf(result.findings, 'load', 'speed');
    // ranks are those among all rows of a column, R's those among complete rows
    expect(number(pair, 'given_all')).toBeCloseTo(r['load_speed_given_wear'] ?? Number.NaN, 2);
    expect(number(pair, 'given')).toBeCloseTo(r['load_speed_given_wear'] ?? Number.NaN, 2);
  });

  test('a table of all that was tested says what is missing for a finding', () => {
    const lines = (artifacts.get('near_misses.csv') ?? '').trim().split('\n');
    expect(lines).toHaveLength(1 + 3 + 6 + 1);
    expect(lines.find((line) => line.startsWith('machine with wear'))).toMatch(/effect too small,t\d+$/);
  });
});

describe('planted tables', () => {
  const plants = {
    correlation: true,
    monotone: true,
    confounded_pair: true,
    category_association: true,
    mean_shift: true,
    simpson: true,
    code_trap: true,
  } as const;

  test.each(['1', '2', '3'])('every planted association is found and nothing else: seed %s', async (seed) => {
    const table = plantedTable(seed, 1500, plants);
    const { result } = await analyse(table, bindingsOf(table));
    const kept = keptOf(result);
    expect(kept.map(columnsOf).toSorted()).toEqual(
      [
        'dose with response',
        'fan_sales with heat',
        'fan_sales with ice_sales',
        'fill_weight with line',
        'flow_rate with pressure',
        'heat with ice_sales',
        'recovery_days with treatment',
        'recovery_days with ward',
        'treatment with ward',
        'carrier with damage_type',
      ].toSorted(),
    );
    const indirect = findingOf(kept, 'fan_sales', 'ice_sales');
    expect(indirect?.statement).toContain('It is indirect, through heat');
    expect(Math.abs(number(indirect, 'given'))).toBeLessThan(0.1);
    expect(findingOf(kept, 'recovery_days', 'treatment')?.title).toBe(
      'The difference of recovery_days by treatment turns round among rows alike in ward',
    );
    for (const pair of [
      ['heat', 'ice_sales'],
      ['pressure', 'flow_rate'],
      ['line', 'fill_weight'],
      ['ward', 'recovery_days'],
    ]) {
      expect(findingOf(kept, ...pair)?.statement, pair.join()).toContain('It is direct');
    }
    expect(findingOf(kept, 'line', 'fill_weight')?.statement).toContain('for L3 (');
    expect(JSON.stringify(kept)).not.toContain('cost_center');
    for (const finding of kept) {
      expect(finding.estimate?.confidence_interval, finding.title).toBeDefined();
      expect(finding.replication?.holds, finding.title).toBe('both');
    }
  });

  test('results do not depend on the size of chunks', async () => {
    const table = plantedTable('4', 300, { mean_shift: 1, confounded_pair: true });
    const bindings = bindingsOf(table);
    const [one, other] = [await analyse(table, bindings), await analyse(table, bindings, {}, 64)];
    expect(other).toEqual(one);
  });
});

test('null tables of few and of more rows give hardly any finding, and p-values that are spread evenly', async () => {
  const p: number[] = [];
  let runs = 0;
  for (const [seed, rows] of [1, 2, 3, 4, 5, 6, 7, 8].map(
    (i) => [String(i), i % 2 === 0 ? 40 : 500] as const,
  )) {
    const table = nullTable(seed, rows);
    const { result } = await analyse(table, bindingsOf(table));
    if (keptOf(result).length > 0) runs += 1;
    p.push(...result.tests.filter(({ family }) => family !== 'anova').map((one) => one.p_value));
  }
  expect(runs).toBeLessThanOrEqual(1);
  const share = p.filter((one) => one <= 0.05).length / p.length;
  expect(p.length).toBeGreaterThan(400);
  expect(share).toBeLessThan(0.08);
  expect(share).toBeGreaterThan(0.02);
});

describe('hard tables', () => {
  const rows = (count: number, row: (i: number) => readonly (string | null)[]) =>
    Array.from({ length: count }, (_, i) => row(i));
  /** A number in [0, 1) without a pattern, from a position and a stream. */
  const noise = (i: number, stream: number) => {
    let x = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
    return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  };

  test('one giant value does not make a difference between groups, though F says so', async () => {
    const table: Table = {
      columns: [
        { name: 'amount', type: decimal(2) },
        { name: 'team', type: words },
      ],
      rows: rows(400, (i) => [i === 17 ? '90000000.00' : (noise(i, 1) * 50).toFixed(2), i < 20 ? 'a' : 'b']),
    };
    const { result } = await analyse(table, roles(['amount'], ['team']));
    const found = entry(result, 'anova', 'amount', 'team');
    expect(found.statistic.value).toBeGreaterThan(10);
    expect(found.p_value).toBeGreaterThan(0.05);
    expect(keptOf(result)).toEqual([]);
  });

  test('measures that are nearly always zero are told apart from those that are so together', async () => {
    const rare = (i: number) => (i % 1000 === 7 ? String(1 + (i % 3)) : '0');
    const table: Table = {
      columns: ['same_rows', 'same_rows_too', 'other_rows'].map((name) => ({ name, type: integer })),
      rows: rows(4000, (i) => [rare(i), i % 1000 === 7 ? '5' : i % 2000 === 9 ? '6' : '0', rare(i + 500)]),
    };
    const { result } = await analyse(table, roles(['same_rows', 'same_rows_too', 'other_rows'], []));
    expect(entry(result, 'rank_correlation', 'same_rows', 'same_rows_too').p_value).toBeLessThan(1e-8);
    expect(entry(result, 'rank_correlation', 'same_rows', 'other_rows').p_value).toBe(1);
    expect(keptOf(result).map(columnsOf)).toEqual(['same_rows with same_rows_too']);
  });

  test('five rows in perfect order are no proof: the p-value is that of all orders', async () => {
    const table: Table = {
      columns: ['x', 'y'].map((name) => ({ name, type: integer })),
      rows: rows(12, (i) => (i < 5 ? [String(i), String(i * i)] : [null, String(i)])),
    };
    const { result } = await analyse(table, roles(['x', 'y'], []));
    expect(entry(result, 'rank_correlation', 'x', 'y').p_value).toBeGreaterThan(1 / 120);
  });

  test('doubles with NaN and infinities, constants, and levels of single rows', async () => {
    const table: Table = {
      columns: [
        { name: 'wide', type: double },
        { name: 'tiny', type: double },
        { name: 'constant', type: integer },
        { name: 'each', type: words },
        { name: 'team', type: words },
      ],
      rows: rows(200, (i) => [
        i === 3 ? 'NaN' : i === 4 ? 'Infinity' : String(noise(i, 2) * 1e300),
        i === 9 ? '-Infinity' : String((noise(i, 2) + noise(i, 3) / 4) * 1e-300),
        '4',
        `level ${i}`,
        i % 2 === 0 ? 'a' : 'b',
      ]),
    };
    const { result } = await analyse(table, roles(['wide', 'tiny', 'constant'], ['each', 'team']));
    const found = entry(result, 'rank_correlation', 'wide', 'tiny');
    expect(found.n).toBe(197);
    expect(found.statistic.value).toBeGreaterThan(0.9);
    expect(entry(result, 'anova', 'wide', 'team').n).toBe(198);
    expect(result.notes.join('\n')).toMatch(/do not vary.*constant/);
    expect(result.notes.join('\n')).toMatch(/hardly more rows than levels.*each/);
  });

  test('a category that decides another is said to, and explains what the other seems to', async () => {
    const table: Table = {
      columns: [
        { name: 'job', type: words },
        { name: 'area', type: words },
        { name: 'time', type: integer },
      ],
      rows: rows(600, (i) => {
        const job = Math.floor(noise(i, 4) * 6);
        return [`job ${job}`, job < 3 ? 'north' : 'south', String(Math.round(job * 10 + noise(i, 5) * 30))];
      }),
    };
    const { result } = await analyse(table, roles(['time'], ['job', 'area']));
    const kept = keptOf(result);
    expect(findingOf(kept, 'job', 'area')?.title).toBe('job and area go together: each job has one area');
    expect(findingOf(kept, 'area', 'time')?.statement).toContain('It is indirect, through job');
    expect(findingOf(kept, 'job', 'time')?.statement).toContain('It is direct');
  });

  test('columns beyond the setting are named; with fewer than two there is nothing to say', async () => {
    const table: Table = {
      columns: ['a', 'b', 'c'].map((name) => ({ name, type: integer })),
      rows: rows(50, (i) => [String(i), String(i * 2), String(i * 3)]),
    };
    const { result } = await analyse(table, roles(['a', 'b', 'c'], []), { most_columns: 2 });
    expect(result.notes.join('\n')).toContain(
      'Columns beyond the setting most_columns, and not compared: c.',
    );
    expect(result.findings.map(columnsOf)).toEqual(['a with b']);
    expect(result.findings[0]?.statement).toContain('The two say nearly the same.');
    const alone = await analyse(table, roles(['a'], []));
    expect(alone.result.notes).toEqual(['Fewer than two columns can be compared.']);
  });
});

test('what holds of a column is not told again of its copies; that they are copies is told once each', async () => {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const level = (i * 7) % 4;
    const other = i % 5 === 0 ? (level + 1) % 4 : level;
    return [`a${level}`, `b${level}`, `c${level}`, `x${other}`, String(level * 50 + ((i * 31) % 40))];
  });
  const names = ['activity', 'concept', 'label', 'other'];
  const table = {
    columns: [...names.map((name) => ({ name, type: words })), { name: 'took', type: integer }],
    rows,
  };
  const { result, artifacts } = await analyse(table, roles(['took'], names));
  const told = result.findings.map(columnsOf).toSorted();
  expect(told.filter((columns) => /concept|label/.test(columns))).toEqual([
    'activity with concept',
    'activity with label',
  ]);
  expect(told).toContain('activity with took');
  expect(result.notes.join(' ')).toContain('holds of its copies (level by level the same): concept, label.');
  expect(artifacts.get('near_misses.csv')).toContain('told of the column that one of them is a copy of');
});
