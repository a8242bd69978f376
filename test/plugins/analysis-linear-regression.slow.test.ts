import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Finding, PluginResult } from '../../src/contract/index.ts';
import { closeLedger } from '../../src/report/ledger.ts';
import { nullTable, plantedTable } from '../../src/synth/index.ts';
import { rolesOf, type Table, withTable } from './make-table.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';
import { bindingsOf } from './synthetic-table.ts';

const ID = 'analysis_linear_regression';
const folder = new URL('../../fixtures/reference/linear-regression/', import.meta.url);
const decimal = (scale: number) => ({ kind: 'decimal', precision: 12, scale }) as const;
const double = { kind: 'double' } as const;
const words = { kind: 'text' } as const;

const roles = (measures: readonly string[], categories: readonly string[] = []) => [
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

const number = (claim: Pick<Finding, 'fields'> | undefined, field: string) =>
  Number(claim?.fields[field]?.value ?? Number.NaN);
const metric = (result: PluginResult, name: string) => Number(result.metrics[name]?.value ?? Number.NaN);
const targetsOf = (findings: readonly Finding[]) =>
  findings.filter(({ kind }) => kind === 'linear_regression').flatMap(({ target }) => target['target'] ?? []);
const keptOf = (result: PluginResult) => closeLedger([result], 0.05).results[0]?.findings ?? [];
const close = (found: number, expected: number | undefined, digits = 9) =>
  expect(found / (expected ?? Number.NaN)).toBeCloseTo(1, digits);

/** A number in [0, 1) without a pattern, from a position and a stream. */
function noise(i: number, stream: number): number {
  let x = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
}
const rows = (count: number, row: (i: number) => readonly (string | null)[]) =>
  Array.from({ length: count }, (_, i) => row(i));

interface Reference {
  readonly n: number;
  readonly terms: readonly string[];
  readonly params: readonly number[];
  readonly bse: readonly number[];
  readonly hc3: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly vif: readonly number[];
  readonly residuals: readonly number[];
  readonly cook_row: number;
  readonly [name: string]: unknown;
}

describe('a regression with a category, unequal spread and gaps, against statsmodels', async () => {
  const reference = JSON.parse(readFileSync(new URL('linear-regression.json', folder), 'utf8')) as Reference;
  const [header = '', ...lines] = readFileSync(new URL('table.csv', folder), 'utf8').trim().split('\n');
  const types = [decimal(2), decimal(1), decimal(2), decimal(3), words];
  const table: Table = {
    columns: header.split(',').map((name, i) => ({ name, type: types[i] ?? words })),
    rows: lines.map((line) => line.split(',').map((cell) => (cell === '' ? null : cell))),
  };
  const { result } = await analyse(table, roles(['cost', 'weight', 'distance', 'volume'], ['carrier']), {
    target: 'cost',
  });
  const finding = result.findings[0];
  const of = (name: string) => Number(reference[name]);

  test.each(reference.terms.map((name, i) => [name, i] as const))(
    'coefficient, errors and interval of %s',
    (_, i) => {
      close(metric(result, `b${i}`), reference.params[i]);
      close(metric(result, `b${i}_standard_error`), reference.bse[i], 11);
      close(metric(result, `b${i}_robust_standard_error`), reference.hc3[i]);
      const item = finding?.items.find((one) => number(one, 'estimate') === metric(result, `b${i}`));
      close(number(item, 'low'), reference.low[i]);
      close(number(item, 'high'), reference.high[i]);
      if (i > 0) close(number(item, 'inflation'), reference.vif[i - 1]);
    },
  );

  test('fit, F and the p-value that is the largest of three', () => {
    expect(metric(result, 'rows')).toBe(reference.n);
    close(metric(result, 'f'), of('f'), 11);
    close(metric(result, 'r_squared'), of('r_squared'), 12);
    close(metric(result, 'adjusted_r_squared'), of('adjusted'), 12);
    close(metric(result, 'residual_standard_deviation'), of('residual_deviation'), 12);
    const [entry] = result.tests;
    close(entry?.statistic.value ?? 0, of('f'), 11);
    const largest = Math.max(of('f_p'), of('wald_p'), of('rank_p'));
    expect(largest).toBe(of('rank_p'));
    close(entry?.p_value ?? 0, largest);
  });

  test('diagnostics: spread, neighbours, rows that pull, residuals', () => {
    close(number(finding, 'breusch_pagan'), of('bp'));
    close(number(finding, 'breusch_pagan_p'), of('bp_p'), 7);
    close(number(finding, 'durbin_watson'), of('durbin_watson'));
    close(number(finding, 'largest_cook'), of('cook'));
    close(number(finding, 'residual_smallest'), reference.residuals[0]);
    close(number(finding, 'residual_largest'), reference.residuals[1]);
    expect(finding?.statement).toContain('The spread of the errors differs');
    const cited = finding?.evidence.flatMap((one) => (one.kind === 'query' ? (one.rows ?? []) : []));
    expect(cited?.map(({ row_number }) => row_number)).toContain(reference.cook_row);
  });

  test('rows with gaps are left out and counted, never filled in', () => {
    expect(number(finding, 'left_out')).toBe(lines.length - reference.n);
    expect(result.notes.join('\n')).toContain('nothing is filled in');
  });
});

describe('planted and null tables', () => {
  test.each(['1', '2', '3'])(
    'what follows from other columns is found, and nothing else: seed %s',
    async (seed) => {
      const plants = { regression: true, confounded_pair: true, code_trap: true } as const;
      const table = plantedTable(seed, 1500, plants);
      const { result } = await analyse(table, bindingsOf(table), { most_targets: 20 });
      const kept = keptOf(result);
      expect(targetsOf(kept).toSorted()).toEqual(
        ['fan_sales', 'heat', 'ice_sales', 'input_a', 'input_b', 'output'].toSorted(),
      );
      const output = kept.find(({ target }) => target['target']?.includes('output'));
      const slope = (name: string) => output?.items.find(({ title }) => title.startsWith(`${name}:`));
      for (const [name, truth] of [
        ['input_a', 2],
        ['input_b', -1.5],
      ] as const) {
        expect(number(slope(name), 'low')).toBeLessThan(truth + 0.1);
        expect(number(slope(name), 'high')).toBeGreaterThan(truth - 0.1);
      }
      expect(output?.replication?.holds).toBe('both');
      expect(JSON.stringify(kept)).not.toContain('cost_center');
    },
  );

  test('null tables of few and of more rows give hardly any finding', async () => {
    const p: number[] = [];
    let runs = 0;
    for (const [seed, count] of [1, 2, 3, 4].map((i) => [String(i), i % 2 === 0 ? 90 : 400] as const)) {
      const table = nullTable(seed, count);
      const { result } = await analyse(table, bindingsOf(table), { most_targets: 10 });
      if (keptOf(result).length > 0) runs += 1;
      p.push(...result.tests.map((one) => one.p_value));
    }
    expect(runs).toBe(0);
    expect(p.length).toBeGreaterThan(20);
    expect(p.filter((one) => one <= 0.05).length / p.length).toBeLessThan(0.15);
  });

  test('results do not depend on the size of chunks', async () => {
    const table = plantedTable('4', 300, { regression: true });
    const [one, other] = [
      await analyse(table, bindingsOf(table)),
      await analyse(table, bindingsOf(table), {}, 64),
    ];
    expect(other).toEqual(one);
  });
});

describe('what can not be solved', () => {
  const parts: Table = {
    columns: ['first', 'second', 'total', 'other'].map((name) => ({ name, type: decimal(1) })),
    rows: rows(60, (i) => {
      const [a, b] = [Math.round(noise(i, 1) * 1e6), Math.round(noise(i, 2) * 1e6)];
      const text = (tenths: number) => (tenths / 10).toFixed(1);
      return [text(a), text(b), text(a + b), text(Math.round(noise(i, 3) * 1e6))];
    }),
  };
  const all = roles(['first', 'second', 'total', 'other']);

  test('is refused where it was asked for, and the column to blame is named', async () => {
    const { result } = await analyse(parts, all, { target: 'other' });
    expect(result.notes.join('\n')).toMatch(
      /Refused: total is exactly a linear combination of first, second.*coefficients are not determined/,
    );
    const [finding] = result.findings;
    expect(finding?.kind).toBe('regression_refused');
    expect(finding?.statement).toContain('total is exactly a linear combination');
    expect(result.tests).toEqual([]);
    expect(result.metrics).toEqual({});
  });

  test('one digit in one row away, it is solved', async () => {
    const [first = [], ...others] = parts.rows;
    const almost = { ...parts, rows: [[first[0] ?? '', first[1] ?? '', '0.1', first[3] ?? ''], ...others] };
    const { result } = await analyse(almost, all, { target: 'other' });
    expect(result.findings.map(({ kind }) => kind)).toEqual(['linear_regression']);
    expect(result.findings[0]?.limitations.join(' ')).toContain('Nearly linear combinations of other terms');
  });

  test('without a target the relation is reported, with its factors, and left out of the models', async () => {
    const { result } = await analyse(parts, all);
    const relation = result.findings.find(({ kind }) => kind === 'exact_linear_relation');
    expect(relation?.title).toBe('Total follows exactly from other columns'.replace('Total', 'total'));
    expect(relation?.items.map((item) => number(item, 'factor'))).toEqual([1, 1]);
    expect(relation?.target['columns']).toEqual(['first', 'second', 'total']);
    expect(targetsOf(result.findings)).toEqual([]);
    expect(result.tests.map(({ hypothesis }) => hypothesis.split(' ')[0])).toEqual([
      'first',
      'second',
      'other',
    ]);
  });

  test('too few rows, unknown columns, texts and constants are told', async () => {
    const few = { ...parts, rows: parts.rows.slice(0, 3) };
    const notes = async (table: Table, settings: Record<string, unknown>) =>
      (await analyse(table, all, settings)).result.notes.join('\n');
    expect(await notes(few, { target: 'other', predictors: ['first', 'second'] })).toMatch(
      /Refused: other has 3/,
    );
    expect(await notes(few, { target: 'nothing' })).toMatch(/target names no column of numbers: nothing/);
    expect(await notes(few, { target: 'other', predictors: ['what'] })).toMatch(
      /predictors names no column.*what/,
    );
    const flat = { ...parts, rows: parts.rows.map(([a = '', b = '', c = '']) => [a, b, c, '7.0']) };
    expect(await notes(flat, {})).toMatch(/other does not vary/);
  });
});

describe('hard numbers', () => {
  test('a target that lies on a line exactly has no error, and says so', async () => {
    const table: Table = {
      columns: [
        { name: 'x', type: decimal(2) },
        { name: 'y', type: decimal(4) },
      ],
      rows: rows(40, (i) => [(i / 100).toFixed(2), (3 - (i * 7) / 10000).toFixed(4)]),
    };
    const { result } = await analyse(table, roles(['x', 'y']), { target: 'y' });
    expect([metric(result, 'b0'), metric(result, 'b1'), metric(result, 'r_squared')]).toEqual([3, -0.07, 1]);
    expect(result.findings[0]?.statement).toContain('every row lies on it exactly');
    expect(result.tests[0]?.statistic.name).toBe('R²');
  });

  test('doubles of any exponent are exact binary fractions', async () => {
    const table: Table = {
      columns: ['x', 'y'].map((name) => ({ name, type: double })),
      rows: rows(30, (i) => [String((i + 1) * 2 ** -900), String(3 * (i + 1) * 2 ** 100)]),
    };
    const { result } = await analyse(table, roles(['x', 'y']), { target: 'y' });
    expect(metric(result, 'b1')).toBe(3 * 2 ** 1000);
    expect(metric(result, 'b0')).toBe(0);
  });

  test('sums by DuckDB and sums by the accumulators give the same model, to the last digit', async () => {
    const cells = rows(300, (i) => {
      const [a, b] = [Math.floor(noise(i, 1) * 4), Math.floor(noise(i, 2) * 3)];
      const x = Math.floor(noise(i, 3) * 800) / 4;
      return [String(x), (3 * x + 5 * a - b + Math.floor(noise(i, 4) * 40) / 8).toFixed(3), `a${a}`, `b${b}`];
    });
    const outcomes = await Promise.all(
      [decimal(3), double].map((type) => {
        const columns = ['x', 'y', 'a', 'b'].map((name, i) => ({ name, type: i < 2 ? type : words }));
        return analyse({ columns, rows: cells }, roles(['x', 'y'], ['a', 'b']), { target: 'y' });
      }),
    );
    const [fromDecimals = {}, fromDoubles = {}] = outcomes.map(({ result }) =>
      Object.fromEntries(Object.entries(result.metrics).map(([name, { value }]) => [name, value])),
    );
    expect(Object.keys(fromDecimals)).toContain('b6');
    expect(fromDecimals).toEqual(fromDoubles);
  });

  test('one row far out does not make a finding on its own', async () => {
    const table: Table = {
      columns: ['x', 'y'].map((name) => ({ name, type: decimal(3) })),
      rows: rows(200, (i) =>
        i === 50 ? ['99999.000', '99999.000'] : [noise(i, 1).toFixed(3), noise(i, 2).toFixed(3)],
      ),
    };
    const { result } = await analyse(table, roles(['x', 'y']));
    expect(result.tests.map(({ statistic }) => statistic.value > 1000)).toEqual([true, true]);
    expect(result.tests.every(({ p_value }) => p_value > 0.05)).toBe(true);
    expect(keptOf(result)).toEqual([]);
  });

  test('neighbours in time are told apart from neighbours in the file', async () => {
    const count = 200;
    // errors that wander with time, in rows that lie in another order
    const place = (i: number) => (i * 77) % count;
    const table: Table = {
      columns: [
        { name: 'at', type: { kind: 'timestamp' } },
        { name: 'x', type: decimal(3) },
        { name: 'y', type: decimal(3) },
      ],
      rows: rows(count, (i) => {
        const t = place(i);
        const x = noise(t, 5);
        const stamp = new Date(Date.UTC(2025, 0, 1, 0, t)).toISOString().replace('T', ' ').slice(0, 19);
        return [stamp, x.toFixed(3), (2 * x + Math.sin(t / 15) + noise(t, 6) / 20).toFixed(3)];
      }),
    };
    const bindings = [...roles(['x', 'y']), ...rolesOf({ timestamp: 'at' })];
    const [timed, untimed] = [
      (await analyse(table, bindings, { target: 'y' })).result.findings[0],
      (await analyse(table, roles(['x', 'y']), { target: 'y' })).result.findings[0],
    ];
    expect(number(timed, 'durbin_watson')).toBeLessThan(0.2);
    expect(timed?.statement).toContain('Errors of neighbouring rows are related');
    expect(number(untimed, 'durbin_watson')).toBeGreaterThan(1);
  });

  test('a polynomial of degree ten over ten digits keeps its coefficients', async () => {
    const truth = [3, -2, 0, 5, 1, -1, 4, 0, 0, 2, -7];
    const table: Table = {
      columns: [
        { name: 'x', type: { kind: 'decimal', precision: 10, scale: 3 } },
        { name: 'y', type: { kind: 'decimal', precision: 38, scale: 30 } },
      ],
      rows: rows(40, (i) => {
        const x = BigInt(i - 20) * 137n;
        const y = truth.reduce(
          (sum, b, k) => sum + BigInt(b) * x ** BigInt(k) * 10n ** BigInt(3 * (10 - k)),
          0n,
        );
        const digits = (y < 0n ? -y : y).toString().padStart(31, '0');
        const sign = y < 0n ? '-' : '';
        return [(Number(x) / 1000).toFixed(3), `${sign}${digits.slice(0, -30)}.${digits.slice(-30)}`];
      }),
    };
    const { result } = await analyse(table, roles(['x', 'y']), { target: 'y', polynomial_degree: 10 });
    expect(truth.map((_, k) => metric(result, `b${k}`))).toEqual(truth);
  });
});
