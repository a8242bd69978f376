import { describe, expect, test } from 'vitest';
import type { Chart, ColumnType, Finding } from '../../src/contract/index.ts';
import { rolesOf, type Table, withTable } from './make-table.ts';
import { dice } from './process-log.ts';
import { type InProcess, runInProcess } from './run-in-process.ts';

const INTEGER: ColumnType = { kind: 'integer' };
const DOUBLE: ColumnType = { kind: 'double' };
const TEXT: ColumnType = { kind: 'text' };
const MONEY: ColumnType = { kind: 'decimal', precision: 12, scale: 2 };

interface Options {
  readonly roles?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly chunkRows?: number;
}

function profile(table: Table, { roles = {}, settings = {}, chunkRows }: Options = {}): Promise<InProcess> {
  return withTable(
    table,
    (dataset) => runInProcess('profile_basic', dataset, rolesOf(roles), settings),
    chunkRows,
  );
}

/** A table of columns given as name → type and cells. */
function tableOf(
  columns: Readonly<Record<string, readonly [ColumnType, readonly (string | null)[]]>>,
): Table {
  const entries = Object.entries(columns);
  const length = Math.max(0, ...entries.map(([, [, cells]]) => cells.length));
  return {
    columns: entries.map(([name, [type]]) => ({ name, type })),
    rows: Array.from({ length }, (_, row) => entries.map(([, [, cells]]) => cells[row] ?? null)),
  };
}

function factsOf({ result }: InProcess, column: string): Finding {
  const found = result.findings.find((f) => f.target['columns']?.[0] === column);
  if (found === undefined) throw new Error(`no facts of ${column}`);
  return found;
}

/** Values of some fields: the exact text where there is one. */
function fields(finding: Finding, ...names: string[]): unknown[] {
  return names.map((name) => finding.fields[name]?.exact ?? finding.fields[name]?.value);
}

function chartOf({ result }: InProcess, finding: Finding): readonly Record<string, unknown>[] {
  const chart = result.charts.find((candidate: Chart) => candidate.name === finding.charts[0]);
  const data = chart?.spec['data'];
  if (typeof data !== 'object' || data === null || !('values' in data) || !Array.isArray(data.values))
    return [];
  return data.values;
}

async function facts(
  type: ColumnType,
  cells: readonly (string | null)[],
  options: Options = {},
): Promise<Finding> {
  return factsOf(await profile(tableOf({ it: [type, cells] }), options), 'it');
}

/** Type 7 of Hyndman and Fan in doubles: close to the exact one. */
function quantile(sorted: readonly number[], p: number): number {
  const h = (sorted.length - 1) * p;
  const [low = 0, high = 0] = [sorted[Math.floor(h)], sorted[Math.ceil(h)]];
  return low + (h - Math.floor(h)) * (high - low);
}

/** Moments by the textbook in two passes of doubles. */
function moments(x: readonly number[]) {
  const n = x.length;
  const mean = x.reduce((a, b) => a + b, 0) / n;
  const m = (k: number) => x.reduce((a, b) => a + (b - mean) ** k, 0) / n;
  const g1 = m(3) / m(2) ** 1.5;
  const g2 = m(4) / m(2) ** 2 - 3;
  const lag = x.slice(1).reduce((sum, b, i) => sum + ((x[i] ?? 0) - mean) * (b - mean), 0);
  return {
    mean,
    standard_deviation: Math.sqrt((m(2) * n) / (n - 1)),
    skewness: (g1 * Math.sqrt(n * (n - 1))) / (n - 2),
    excess_kurtosis: ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * g2 + 6),
    lag1_autocorrelation: lag / (m(2) * n),
  };
}

const roll = dice(7);
const CENTS = Array.from({ length: 999 }, () => (roll(9) === 0 ? null : roll(50_000) - 9_000));
const AMOUNTS = CENTS.map((c) => (c === null ? null : (c / 100).toFixed(2)));

describe('numbers', () => {
  test('counts, range, quantiles and moments equal a plain computation', async () => {
    const finding = await facts(MONEY, AMOUNTS);
    const x = AMOUNTS.filter((a) => a !== null).map(Number);
    const sorted = [...x].sort((a, b) => a - b);
    expect(fields(finding, 'present_rows', 'missing_rows', 'distinct_values', 'minimum', 'maximum')).toEqual([
      x.length,
      999 - x.length,
      new Set(x).size,
      sorted[0],
      sorted.at(-1),
    ]);
    for (const p of [1, 5, 10, 25, 75, 90, 95, 99]) {
      const name = `quantile_${String(p).padStart(2, '0')}`;
      expect(finding.fields[name]?.value, name).toBeCloseTo(quantile(sorted, p / 100), 9);
    }
    for (const [name, value] of Object.entries(moments(x))) {
      expect(Math.abs(Number(finding.fields[name]?.value) / value - 1), name).toBeLessThan(1e-11);
    }
  });

  test('a median between two decimals is the truth and not rounded to their scale', async () => {
    const finding = await facts({ kind: 'decimal', precision: 3, scale: 1 }, ['1.1', '1.2', '1.5', '1.6']);
    expect(fields(finding, 'median', 'mean', 'sum')).toEqual([1.35, 1.35, 5.4]);
  });

  test('integers beyond a double keep every digit', async () => {
    const finding = await facts({ kind: 'decimal', precision: 38, scale: 0 }, [
      '12345678901234567890123456789',
      '12345678901234567890123456791',
    ]);
    expect(fields(finding, 'minimum', 'median', 'sum')).toEqual([
      '12345678901234567890123456789',
      '12345678901234567890123456790',
      '24691357802469135780246913580',
    ]);
  });

  test('NaN and infinities are counted apart, everything else is of the finite values', async () => {
    const finding = await facts(DOUBLE, ['1.5', 'NaN', '2.5', 'Infinity', '-Infinity', null, '0.5']);
    expect(fields(finding, 'present_rows', 'missing_rows', 'nan_rows', 'infinite_rows')).toEqual([
      6, 1, 1, 2,
    ]);
    expect(fields(finding, 'minimum', 'median', 'mean', 'maximum')).toEqual([0.5, 1.5, 1.5, 2.5]);
    expect(finding.statement).toContain('NaN');
  });

  test('a column of NaN alone has no quantiles, no moments and no failure', async () => {
    const finding = await facts(DOUBLE, ['NaN', 'NaN']);
    expect(fields(finding, 'median', 'mean', 'minimum')).toEqual([undefined, undefined, null]);
  });

  test('extremes of doubles do no harm', async () => {
    const finding = await facts(DOUBLE, ['1.7976931348623157e308', '-1.7976931348623157e308', '5e-324', '0']);
    expect(fields(finding, 'minimum', 'maximum')).toEqual([-Number.MAX_VALUE, Number.MAX_VALUE]);
  });

  test('one value has no spread, and a constant has no shape', async () => {
    const one = await facts(INTEGER, ['42']);
    expect(fields(one, 'median', 'mean', 'standard_deviation')).toEqual([42, 42, null]);
    const constant = await facts(INTEGER, ['7', '7', '7', '7', '7']);
    expect(fields(constant, 'standard_deviation', 'skewness', 'lag1_autocorrelation')).toEqual([
      0,
      null,
      null,
    ]);
    expect(constant.title).toContain('one value only: 7');
  });

  test('an id is counted and never averaged, and the reason is given', async () => {
    const cells = ['1001', '1002', '1003', '1003'];
    const finding = await facts(INTEGER, cells, { roles: { run_id: 'it' } });
    expect(fields(finding, 'mean', 'median', 'distinct_values', 'minimum', 'shortest_characters')).toEqual([
      undefined,
      undefined,
      3,
      '1001',
      4,
    ]);
    expect(finding.limitations.join(' ')).toContain('no measure');
  });

  test('the values of an id are labels: text, in the order of their numbers and without separators', async () => {
    const cells = ['610611', '99999', '610611', '100000', '99999'];
    const finding = await facts(INTEGER, cells, { roles: { parent: 'it' } });
    expect(fields(finding, 'minimum', 'maximum', 'top_value_1', 'top_value_2', 'top_value_3')).toEqual([
      '99999',
      '610611',
      '99999',
      '610611',
      '100000',
    ]);
    expect(finding.statement).toContain('From 99999 to 610611.');
  });

  test('a histogram holds every value once, in at most forty round bins', async () => {
    for (const [type, cells] of [
      [MONEY, AMOUNTS],
      [INTEGER, CENTS.map((c) => (c === null ? null : String(c)))],
      [DOUBLE, AMOUNTS],
      [{ kind: 'decimal', precision: 38, scale: 2 } as const, AMOUNTS],
    ] as const) {
      const run = await profile(tableOf({ it: [type, cells] }));
      const bins = chartOf(run, factsOf(run, 'it'));
      const total = bins.reduce((sum, bin) => sum + Number(bin['bin_rows']), 0);
      expect([bins.length > 8, bins.length <= 22, total]).toEqual([
        true,
        true,
        AMOUNTS.filter((a) => a !== null).length,
      ]);
      const widths = new Set(
        bins.map((bin) => Number((Number(bin['bin_end']) - Number(bin['bin_start'])).toFixed(6))),
      );
      expect([...widths].map((width) => String(width).replace(/[0.]/g, ''))).toEqual([
        expect.stringMatching(/^[125]$/),
      ]);
    }
  });
});

describe('texts, times and truth', () => {
  test('lengths are in characters, the frequent values come first and ties by code point', async () => {
    const finding = await facts(TEXT, ['b', 'a', '😀😀', '', null, 'a', 'b', 'Z', 'éé']);
    expect(
      fields(finding, 'shortest_characters', 'longest_characters', 'empty_rows', 'distinct_values'),
    ).toEqual([0, 2, 1, 6]);
    expect(fields(finding, 'top_value_1', 'top_rows_1', 'top_value_2', 'top_value_3', 'top_value_4')).toEqual(
      ['a', 2, 'b', '(empty text)', 'Z'],
    );
    expect(finding.fields['mean_characters']?.value).toBe(9 / 8);
  });

  test('as many frequent values are listed as asked for; none where no value repeats', async () => {
    const three = await facts(TEXT, ['a', 'b', 'c', 'd', 'a'], { settings: { top_values: 3 } });
    expect(Object.keys(three.fields).filter((name) => name.startsWith('top_value_'))).toHaveLength(3);
    const unique = await facts(TEXT, ['a', 'bb', 'ccc']);
    expect('top_value_1' in unique.fields).toBe(false);
    expect(unique.limitations.join(' ')).toContain('occurs once');
  });

  test('empty text and spaces are told in words where they are frequent', async () => {
    expect((await facts(TEXT, ['', '', 'a'])).statement).toContain('Most frequent: (empty text)');
    expect((await facts(TEXT, ['  ', '  ', 'a'])).statement).toContain('Most frequent: (only spaces)');
    expect((await facts(TEXT, ['', ''])).statement).toContain('Every text is empty.');
  });

  test('units read right for one and for many', async () => {
    const told = async (cells: (string | null)[]) =>
      (await facts(TEXT, cells)).statement.replaceAll('\u202f', ' ');
    expect(await told(['a', null, 'bbb'])).toBe(
      'it (text): 2 rows with a value, 1 row missing (33.3 %); 2 distinct values. ' +
        'The shortest text has 1 character, the longest 3 characters, the mean 2 characters. No value occurs twice.',
    );
    expect(await told([null])).toBe('it (text) holds no value in 1 row.');
    expect(await told(['x'])).toContain('1 row with a value, none missing; 1 distinct value.');
  });

  test('a span of two days or more is told in days, rounded once, and a shorter one in hours', async () => {
    const span = async (last: string) =>
      facts({ kind: 'timestamp' }, ['2025-01-01 00:00:00', last, '2025-01-01 12:00:00']);
    const long = await span('2025-03-02 13:12:00');
    expect(fields(long, 'span_days')).toEqual([60.6]);
    expect(long.statement.replaceAll('\u202f', ' ')).toContain('a span of 60.6 days;');
    expect(fields(await span('2025-01-03 00:00:00'), 'span_days')).toEqual([2]);
    const short = await span('2025-01-02 23:59:59');
    expect(short.fields).not.toHaveProperty('span_days');
    expect(short.statement).toContain('48');
  });

  test('a text of a megabyte is shown shortened and counted whole', async () => {
    const finding = await facts(TEXT, ['x'.repeat(1_000_000), 'x'.repeat(1_000_000), 'y']);
    expect(finding.fields['longest_characters']?.value).toBe(1_000_000);
    expect(String(finding.fields['top_value_1']?.value).length).toBeLessThan(200);
  });

  test('times of every kind have their span and quartiles, as instants that occur', async () => {
    const run = await profile(
      tableOf({
        day: [{ kind: 'date' }, ['2024-02-28', '2024-03-01', null, '2024-03-02']],
        at: [
          { kind: 'timestamp' },
          ['2024-02-28 10:00:00', '2024-02-28 10:00:01.5', '2024-02-28 10:00:00', null],
        ],
        zoned: [{ kind: 'timestamptz' }, ['2024-03-31 02:30:00+02', '2024-03-31 02:30:00+01', null, null]],
        clock: [{ kind: 'time' }, ['08:00:00', '23:30:00', '12:00:00', '12:00:00']],
      }),
    );
    const of = (column: string) => fields(factsOf(run, column), 'minimum', 'median', 'maximum', 'span_s');
    expect(of('day')).toEqual(['2024-02-28', '2024-03-01', '2024-03-02', 3 * 86_400]);
    expect(of('at')).toEqual([
      '2024-02-28T10:00:00.000000',
      '2024-02-28T10:00:00.000000',
      '2024-02-28T10:00:01.500000',
      1.5,
    ]);
    expect(of('zoned')).toEqual([
      '2024-03-31T00:30:00.000000Z',
      '2024-03-31T00:30:00.000000Z',
      '2024-03-31T01:30:00.000000Z',
      3600,
    ]);
    expect(of('clock').at(3)).toBe(15.5 * 3600);
    for (const column of ['day', 'at', 'zoned', 'clock'])
      expect(chartOf(run, factsOf(run, column)).length).toBeGreaterThan(0);
  });

  test('a boolean has its share of true', async () => {
    const finding = await facts({ kind: 'boolean' }, ['true', 'false', 'true', null]);
    expect(fields(finding, 'true_rows', 'false_rows', 'true_percent')).toEqual([2, 1, 66.7]);
  });
});

describe('any table', () => {
  test('columns without a value and tables without a row are facts, not failures', async () => {
    const types = [
      INTEGER,
      MONEY,
      DOUBLE,
      TEXT,
      { kind: 'boolean' },
      { kind: 'date' },
      { kind: 'time' },
    ] as const;
    const columns = Object.fromEntries(types.map((type, i) => [`c${i}`, [type, [null, null]] as const]));
    for (const rows of [2, 0]) {
      const table = { ...tableOf(columns), rows: tableOf(columns).rows.slice(0, rows) };
      const run = await profile(table);
      expect(run.result.findings.map((f) => f.title.replace(/^c\d/, ''))).toEqual(
        types.map(() => ' holds no value'),
      );
      expect(run.result.metrics['rows']?.value).toBe(rows);
      expect(run.result.metrics['missing_cells']?.value).toBe(rows * types.length);
    }
  });

  test('names that the queries use themselves, and quotes in names, do no harm', async () => {
    const names = ['value', 'value_rows', 'x', 'bin', 'facts', 'data', 'a "quoted" one', 'SELECT'];
    const table = tableOf(
      Object.fromEntries(names.map((name) => [name, [INTEGER, ['3', '1', '2']] as const])),
    );
    const run = await profile(table);
    expect(names.map((name) => factsOf(run, name).fields['median']?.value)).toEqual(names.map(() => 2));
  });

  test('results do not depend on how the rows are cut into chunks', async () => {
    const table = tableOf({
      amount: [MONEY, AMOUNTS],
      reading: [DOUBLE, AMOUNTS.map((a) => (a === null ? null : `${a}e-7`))],
    });
    const [whole, ...cut] = await Promise.all(
      [undefined, 64, 256].map((chunkRows) => profile(table, chunkRows === undefined ? {} : { chunkRows })),
    );
    for (const run of cut) expect(run.result).toEqual(whole?.result);
  });

  test('every number of a finding is yielded by its evidence', async () => {
    const run = await profile(tableOf({ amount: [MONEY, AMOUNTS], name: [TEXT, ['a', 'b', 'a']] }));
    for (const finding of run.result.findings) {
      const yielded = new Set(finding.evidence.flatMap((e) => Object.keys(e.yields)));
      expect(Object.keys(finding.fields).filter((name) => name !== 'column' && !yielded.has(name))).toEqual(
        [],
      );
    }
  });
});

test('while chunks are merged it tells the range and mean of the first measures, as exact as the facts will be', async () => {
  const table = tableOf({
    amount: [MONEY, ['1.50', '2.50', '4.00', '8.00']],
    real: [DOUBLE, [null, null, '3', 'NaN']],
    name: [TEXT, ['a', 'b', 'c', 'd']],
  });
  const { provisional } = await profile(table, { chunkRows: 1 });
  const said = provisional.map(({ statement, coverage: { rows, of_rows } }) => [rows, of_rows, statement]);
  expect(said.map((one) => one.map((part) => String(part).replaceAll(/\s/g, ' ')).join(' | '))).toEqual([
    '1 | 4 | amount: 1 value from 1.5 to 1.5, mean 1.5',
    '1 | 4 | real: no finite number so far',
    '2 | 4 | amount: 2 values from 1.5 to 2.5, mean 2',
    '2 | 4 | real: no finite number so far',
    '3 | 4 | amount: 3 values from 1.5 to 4, mean 2.667',
    '3 | 4 | real: 1 value from 3 to 3, mean 3',
  ]);
});

test('where every row of many holds another value, that is asked first, and nothing is grouped', async () => {
  const numbers = Array.from({ length: 50_000 }, (_, i) => String((i * 7919) % 50_000));
  const twice = numbers.with(0, '17');
  const done = await profile(tableOf({ all: [INTEGER, numbers], twice: [INTEGER, twice] }));
  const names = [
    'all_rows',
    'missing_rows',
    'distinct_values',
    'single_values',
    'minimum',
    'maximum',
    'median',
  ];
  const [unique, grouped] = ['all', 'twice'].map((column) => factsOf(done, column));
  expect(unique && fields(unique, ...names)).toEqual([50_000, 0, 50_000, 50_000, 0, 49_999, 24_999.5]);
  expect(grouped && fields(grouped, ...names)).toEqual([50_000, 0, 49_999, 49_998, 1, 49_999, 24_999.5]);
  const asked = (finding: Finding | undefined, words: string) =>
    finding?.evidence.filter((e) => e.kind === 'query' && JSON.stringify(e).includes(words)).length;
  expect([asked(unique, 'GROUP BY'), asked(unique, 'DISTINCT')]).toEqual([0, 1]);
});

test('where a few values come back in many rows, quantiles are those of the values with their counts, and the same', async () => {
  const rows = 50_000;
  const numbers = Array.from({ length: rows }, (_, i) => (i % 11 === 0 ? null : ((i * 7919) % 97) - 40));
  const days = numbers.map((n) => n && new Date(Date.UTC(2024, 1, 20 + n)).toISOString().slice(0, 10));
  const reals = numbers.map((n, i) => (i % 1000 === 1 ? 'Infinity' : n === null ? null : `${n / 8}`));
  const done = await profile(
    tableOf({
      whole: [INTEGER, numbers.map((n) => (n === null ? null : String(n)))],
      day: [{ kind: 'date' }, days.map((day) => day || null)],
      real: [DOUBLE, reals],
    }),
  );
  const sorted = (cells: readonly (number | null)[]) =>
    cells.filter((cell) => cell !== null).toSorted((a, b) => a - b);
  const wholes = sorted(numbers);
  const finite = sorted(reals.map((real) => (real === null || real === 'Infinity' ? null : Number(real))));
  const probabilities = { quantile_01: 0.01, quantile_25: 0.25, median: 0.5, quantile_99: 0.99 };
  for (const [column, cells] of [
    ['whole', wholes],
    ['real', finite],
  ] as const)
    for (const [name, p] of Object.entries(probabilities))
      expect(factsOf(done, column).fields[name]?.value, `${column} ${name}`).toBe(quantile(cells, p));
  const dates = days.filter((day) => typeof day === 'string').toSorted();
  const nearest = [0.25, 0.5, 0.75].map((p) => dates[Math.ceil(dates.length * p) - 1]);
  expect(fields(factsOf(done, 'day'), 'first_quartile', 'median', 'third_quartile')).toEqual(nearest);
  const asked = JSON.stringify(done.result.findings.flatMap(({ evidence }) => evidence));
  expect([asked.includes('quantile_disc'), asked.includes('up_to')]).toEqual([false, true]);
});
