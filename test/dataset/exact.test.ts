import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, ExactDataRequest } from '../../src/dataset/index.ts';
import {
  createExactSum,
  type ExactNumber,
  finishMoments,
  type MomentState,
  mergeMoments,
  momentState,
  momentsOf,
  roundSum,
} from '../../src/sdk/index.ts';
import { decimalColumn, doubleColumn } from '../sdk/exact-kit.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';
import { plainDuckdb } from './plain-duckdb.ts';

const COLUMNS = {
  id: 'integer',
  amount: 'decimal(12,2)',
  huge: 'decimal(38,4)',
  weight: 'double',
  city: 'text',
  day: 'date',
  at: 'timestamp',
  flag: 'boolean',
  level: 'integer',
} as const;

const CITIES = `['Zürich', 'Aarau', 'ab', 'Ab', '🙂', 'ﬀ', '']`;
const rows = (from: number, to: number) => `SELECT i - ${from} + 1 AS row_number, i AS id,
  CASE WHEN i % 17 = 0 THEN NULL ELSE (i * 7919 % 1000003) / 100 - 3000 END AS amount,
  CASE WHEN i % 5 = 0 THEN NULL ELSE CAST(i AS DECIMAL(38,4)) * 1000000000000000000000000 + 0.0001 END AS huge,
  CASE WHEN i % 13 = 0 THEN NULL ELSE sqrt(i) * (i % 7 - 3) END AS weight,
  CASE WHEN i % 11 = 0 THEN NULL ELSE ${CITIES}[1 + i * i % 7] END AS city,
  DATE '2025-01-30' + CAST(i % 5 AS INTEGER) AS "day", TIMESTAMP '2025-01-01 10:00:00' AS at,
  i % 2 = 0 AS flag, i % 3 AS level FROM range(${from}, ${to}) r(i)`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: Dataset;
let others: readonly Dataset[];
beforeAll(async () => {
  folder = await temporaryFolder();
  const parts = [
    await makePart(folder.path, 'part-00001', COLUMNS, rows(1, 6001)),
    await makePart(folder.path, 'part-00002', COLUMNS, rows(6001, 7501)),
  ];
  data = await openParts(folder.path, parts, COLUMNS);
  others = [
    await openParts(folder.path, parts, COLUMNS, { threads: 1, chunkRows: 512 }),
    await openParts(folder.path, parts, COLUMNS, { threads: 2, chunkRows: 4096, memoryBytes: 256 * 2 ** 20 }),
  ];
});
afterAll(async () => {
  for (const dataset of [data, ...others]) await dataset.close();
  await folder.remove();
});

/** The cells of columns in row order, read by a query. */
async function cellsOf(columns: readonly string[], where = 'true') {
  const { rows: found } = await data.query({
    sql: `SELECT ${columns.join(', ')} FROM data WHERE ${where} ORDER BY _sh_part, _sh_row_number`,
  });
  return found;
}

/** What a number is in full: its text, or that of the double. */
const inFull = (number: ExactNumber | undefined) => number?.exact ?? String(number?.value);

describe('exact moments', () => {
  it.each(['id', 'amount', 'huge'])('of all rows are those of the cells: %s', async (name) => {
    const { groups } = await data.exact({ kind: 'moments', columns: [name] });
    const cells = (await cellsOf([name])).map(([cell]) => cell ?? null);
    const expected = finishMoments(momentState(momentsOf(decimalColumn(cells))));
    const found = groups[0]?.columns[name] ?? {};
    expect(groups.map(({ key }) => key)).toEqual([[]]);
    for (const statistic of [
      'n',
      'sum',
      'mean',
      'variance',
      'skewness',
      'excess_kurtosis',
      'lag1_autocorrelation',
      'min',
      'max',
    ] as const) {
      expect(found[statistic]?.value).toBe(expected[statistic]);
    }
    expect(inFull(found['sum'])).toBe(
      found['sum']?.exact === undefined ? String(expected.sum) : expected.sum_exact,
    );
  });

  it('by group are those of the cells of each group, doubles and derived columns included', async () => {
    const derived = [
      { name: 'double_amount', sql: 'amount * 2' },
      { name: 'month', sql: "strftime(day, '%Y-%m')" },
    ];
    const request = {
      kind: 'moments',
      columns: ['double_amount', 'weight'],
      groupBy: ['month', 'city'],
      derived,
    } as const;
    const { groups, groupColumns } = await data.exact({ ...request, where: 'level < 2' });
    expect(groupColumns).toEqual(['month', 'city']);
    expect(groups).toHaveLength(2 * 5);
    const cells = await cellsOf(["strftime(day, '%Y-%m')", 'city', 'amount * 2', 'weight'], 'level < 2');
    for (const { key, columns } of groups) {
      const own = cells.filter(([month, city]) => month === key[0] && city === key[1]);
      const amounts = finishMoments(momentState(momentsOf(decimalColumn(own.map((row) => row[2] ?? null)))));
      const weights = own.map((row) => (row[3] == null ? null : Number(row[3])));
      const doubles = finishMoments(momentState(momentsOf(doubleColumn(weights))));
      for (const statistic of ['n', 'sum', 'variance', 'lag1_autocorrelation', 'max'] as const) {
        expect(columns['double_amount']?.[statistic]?.value).toBe(amounts[statistic]);
        expect(columns['weight']?.[statistic]?.value).toBe(doubles[statistic]);
      }
    }
  });

  it("agree with DuckDB's own double arithmetic as far as that goes", async () => {
    const plain = await plainDuckdb(data, folder.path);
    const reader = await plain.connection.runAndReadAll(
      'SELECT avg(amount), var_samp(amount), skewness(amount), kurtosis(amount), corr(amount, id), covar_samp(amount, id) FROM data',
    );
    const [mean, variance, skewness, kurtosis, correlation, covariance] = (reader.getRowsJS()[0] ?? []).map(
      Number,
    );
    plain.close();
    const moments = (await data.exact({ kind: 'moments', columns: ['amount'] })).groups[0]?.columns['amount'];
    const products = (await data.exact({ kind: 'products', columns: ['amount', 'id'] })).groups[0]?.columns[
      'amount*id'
    ];
    const pairs = [
      [moments?.['mean'], mean],
      [moments?.['variance'], variance],
      [moments?.['skewness'], skewness],
      [moments?.['excess_kurtosis'], kurtosis],
      [products?.['correlation'], correlation],
      [products?.['covariance'], covariance],
    ] as const;
    for (const [own, theirs] of pairs) expect((own?.value ?? 0) / (theirs ?? 1)).toBeCloseTo(1, 7);
  });
});

describe('exact sums', () => {
  it('of integers and decimals are the whole truth', async () => {
    const { groups } = await data.exact({ kind: 'sum', columns: ['id', 'huge'] });
    const huge = (await cellsOf(['huge'])).flatMap(([cell]) => (cell ? [BigInt(cell.replace('.', ''))] : []));
    const total = huge.reduce((sum, value) => sum + value, 0n).toString();
    expect(groups[0]?.columns['id']).toEqual({ n: { value: 7500 }, sum: { value: (7500 * 7501) / 2 } });
    expect(groups[0]?.columns['huge']?.['n']).toEqual({ value: huge.length });
    expect(groups[0]?.columns['huge']?.['sum']?.exact).toBe(`${total.slice(0, -4)}.${total.slice(-4)}`);
  });

  it('are the same from DuckDB, where its sums suffice, and from the streamed rows', async () => {
    const request = { kind: 'sum', columns: ['amount', 'id'], groupBy: ['city'], where: 'flag' } as const;
    const sums = await data.exact(request);
    const moments = await data.exact({ ...request, kind: 'moments' });
    expect(sums.groups).toEqual(
      moments.groups.map(({ key, columns }) => ({
        key,
        columns: Object.fromEntries(Object.entries(columns).map(([name, { n, sum }]) => [name, { n, sum }])),
      })),
    );
  });

  it('of doubles are those of the superaccumulator', async () => {
    const { groups } = await data.exact({ kind: 'sum', columns: ['weight'], groupBy: ['level'] });
    const cells = await cellsOf(['level', 'weight']);
    for (const { key, columns } of groups) {
      const own = createExactSum();
      for (const [level, weight] of cells) if (level === key[0] && weight != null) own.add(Number(weight));
      expect(columns['weight']?.['sum']?.value).toBe(roundSum(own.state()));
      expect(columns['weight']?.['n']?.value).toBe(own.state().count);
    }
  });

  it('of no rows: one group with n = 0, or no group at all', async () => {
    for (const columns of [['id'], ['weight']]) {
      const { groups } = await data.exact({ kind: 'sum', columns, where: 'id < 0' });
      expect(groups).toEqual([
        { key: [], columns: { [columns[0] ?? '']: { n: { value: 0 }, sum: { value: null } } } },
      ]);
      expect((await data.exact({ kind: 'sum', columns, where: 'id < 0', groupBy: ['city'] })).groups).toEqual(
        [],
      );
    }
  });
});

describe('exact aggregates', () => {
  const requests: readonly ExactDataRequest[] = [
    { kind: 'moments', columns: ['id', 'amount', 'huge', 'weight'] },
    { kind: 'moments', columns: ['amount', 'weight'], groupBy: ['city', 'day'], where: 'flag OR level = 1' },
    { kind: 'products', columns: ['amount', 'weight', 'id'], groupBy: ['level'] },
    { kind: 'sum', columns: ['weight', 'id'], groupBy: ['flag', 'at'] },
  ];

  it.each(requests)(
    'do not depend on threads, memory or chunks: $kind of $columns by $groupBy',
    async (request) => {
      const reference = await data.exact(request);
      for (const other of others) expect(await other.exact(request)).toEqual(reference);
    },
  );

  it('order groups by code point, missing ones last', async () => {
    const { groups } = await data.exact({ kind: 'sum', columns: ['id'], groupBy: ['city'] });
    expect(groups.map(({ key }) => key[0])).toEqual(
      ['', 'Aarau', 'Ab', 'Zürich', 'ab', 'ﬀ', '🙂', null].filter((city) =>
        groups.some(({ key }) => key[0] === city),
      ),
    );
    expect(groups.at(-1)?.key).toEqual([null]);
  });

  it('take a group column that is summed, too', async () => {
    const { groups } = await data.exact({ kind: 'sum', columns: ['level', 'weight'], groupBy: ['level'] });
    expect(groups.map(({ key, columns }) => [key[0], columns['level']?.['sum']?.value])).toEqual([
      ['0', 0],
      ['1', 2500],
      ['2', 5000],
    ]);
  });

  it('of products name every pair, and count the rows where both are there', async () => {
    const { groups } = await data.exact({ kind: 'products', columns: ['amount', 'huge', 'weight'] });
    expect(Object.keys(groups[0]?.columns ?? {})).toEqual(['amount*huge', 'amount*weight', 'huge*weight']);
    const cells = await cellsOf(['amount', 'weight'], 'amount IS NOT NULL AND weight IS NOT NULL');
    expect(groups[0]?.columns['amount*weight']?.['n']?.value).toBe(cells.length);
  });

  it('describe themselves with all that decided them, and nothing else', async () => {
    const derived = [
      { name: 'base_level', sql: 'level + 1' },
      { name: 'unused', sql: 'id * 2' },
      { name: 'twice', sql: 'base_level * 2' },
    ];
    const { description } = await data.exact({ kind: 'sum', columns: ['id'], where: 'twice > 2', derived });
    expect(description.method).toMatch(/^Exact sum/);
    expect(description.parameters).toEqual({
      kind: 'sum',
      columns: ['id'],
      group_by: [],
      where: 'twice > 2',
      derived: [derived[0], derived[2]],
    });
  });

  it.each<[string, Partial<ExactDataRequest>]>([
    ['there is no column nothing', { columns: ['nothing'] }],
    ['there is no column nothing', { groupBy: ['nothing'] }],
    ['exact aggregates need numbers', { columns: ['at'] }],
    ['exact aggregates need numbers', { columns: ['flag'] }],
    ['twice', { columns: ['id', 'ID'] }],
    ['names no column', { columns: [] }],
    ['read_text', { where: "(SELECT count(*) FROM read_text('/etc/passwd')) > 0" }],
    ['random', { where: 'random() < 0.5' }],
    ['not valid SQL', { where: 'true) UNION ALL (SELECT 1, 2, 3' }],
    ['only one SELECT', { where: 'true; DROP VIEW data' }],
    ['one expression', { where: 'true ORDER BY id LIMIT 1' }],
    ['one value per row', { where: 'count(*) > 1' }],
    ['current_setting', { derived: [{ name: 'x', sql: "current_setting('threads')" }], columns: ['x'] }],
  ])('refuse, with the reason (%s): %j', async (reason, wrong) => {
    const asked = data.exact({ kind: 'sum', columns: ['id'], ...wrong });
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^SH_QUERY_(REFUSED|FAILED)$/) });
    await expect(asked).rejects.toThrow(reason);
  });

  it('refuse more than 100,000 groups, from DuckDB and from the streamed rows', async () => {
    const part = await makePart(
      folder.path,
      'many',
      { id: 'integer' },
      'SELECT i AS row_number, i AS id FROM range(1, 100002) r(i)',
    );
    const many = await openParts(folder.path, [part], { id: 'integer' });
    const code = 'SH_QUERY_LIMIT';
    for (const kind of ['sum', 'moments'] as const) {
      await expect(many.exact({ kind, columns: ['id'], groupBy: ['id'] })).rejects.toMatchObject({ code });
    }
    const { groups } = await many.exact({
      kind: 'sum',
      columns: ['id'],
      groupBy: ['id'],
      where: 'id < 100001',
    });
    expect(groups).toHaveLength(100_000);
    await many.close();
  });
});

describe('moment states of chunks', () => {
  it('merged in order are the moments of the whole', async () => {
    const whole = await data.exact({ kind: 'moments', columns: ['amount', 'weight'] });
    for (const dataset of others) {
      const states = await Promise.all(
        dataset.chunks.map((chunk) => dataset.exactState({ columns: ['amount', 'weight'], chunk })),
      );
      for (const name of ['amount', 'weight']) {
        const merged = states
          .flatMap((state) => state[name] ?? [])
          .reduce<MomentState | undefined>(
            (before, state) => (before ? mergeMoments(before, state) : state),
            undefined,
          );
        const statistics: Record<string, unknown> = merged ? { ...finishMoments(merged) } : {};
        for (const [statistic, number] of Object.entries(whole.groups[0]?.columns[name] ?? {})) {
          expect(statistics[statistic]).toBe(number.value);
        }
      }
    }
  });

  it('of an exact request over one chunk are the same', async () => {
    const [dataset] = others;
    const chunk = dataset?.chunks[3];
    if (!dataset || !chunk) throw new Error('too few chunks');
    const state = (await dataset.exactState({ columns: ['huge'], chunk }))['huge'];
    const { groups, description } = await dataset.exact({ kind: 'moments', columns: ['huge'], chunk });
    expect(groups[0]?.columns['huge']?.['sum']?.exact).toBe(state && finishMoments(state).sum_exact);
    expect(description.parameters).toMatchObject({ rows: { part: 1, first_row: 1537, last_row: 2048 } });
  });
});
