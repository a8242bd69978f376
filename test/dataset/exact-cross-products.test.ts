import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/dataset/index.ts';
import { type ExactNumber, exactFraction, fraction, type Rational } from '../../src/sdk/index.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';

const COLUMNS = {
  id: 'integer',
  amount: 'decimal(12,2)',
  wide: 'decimal(38,4)',
  weight: 'double',
  spread: 'double',
  far: 'double',
  kind: 'text',
} as const;

const ROWS = `SELECT i AS row_number, i - 40 AS id,
  CASE WHEN i % 17 = 0 THEN NULL ELSE (i * 7919 % 1000003) / 100 - 3000 END AS amount,
  CAST(i AS DECIMAL(38,4)) * 1000000000000000000000000 + 0.0001 AS wide,
  CASE WHEN i % 13 = 0 THEN NULL ELSE sqrt(i) * (i % 7 - 3) END AS weight,
  (CASE WHEN i % 2 = 0 THEN -1 ELSE 1 END) * sqrt(i) * CAST(CAST(1 AS BIGINT) << (i % 41) AS DOUBLE) AS spread,
  CASE WHEN i % 19 = 0 THEN 0 WHEN i % 2 = 0 THEN sqrt(i) * 1e-200 ELSE sqrt(i) * 1e200 END AS far,
  CASE WHEN i % 11 = 0 THEN NULL ELSE ['a', 'b', 'c'][1 + i % 3] END AS kind FROM range(1, 301) r(i)`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: Dataset;
let inSmallChunks: Dataset;
beforeAll(async () => {
  folder = await temporaryFolder();
  const parts = [await makePart(folder.path, 'part-00001', COLUMNS, ROWS)];
  data = await openParts(folder.path, parts, COLUMNS);
  inSmallChunks = await openParts(folder.path, parts, COLUMNS, { chunkRows: 64, threads: 1 });
});
afterAll(async () => {
  await data.close();
  await inSmallChunks.close();
  await folder.remove();
});

/** A sum over rows of cells by school arithmetic: integers in units of 10^-scale. */
async function plainSum(columns: readonly string[], scale: number, where = 'true'): Promise<Rational> {
  const { rows } = await data.query({
    sql: `SELECT ${columns.map((name, i) => `${name} AS c${i}`).join(', ')}, _sh_row_number FROM data WHERE ${where}`,
  });
  const total = rows.reduce(
    (sum, cells) => sum + cells.slice(0, -1).reduce((product, cell) => product * integer(cell ?? ''), 1n),
    0n,
  );
  return { numerator: total, denominator: 10n ** BigInt(scale) };
}

const integer = (text: string) => BigInt(text.replace('.', ''));
const same = (number: ExactNumber | undefined, value: Rational) => {
  const found = number && exactFraction(number);
  expect(found && found.numerator * value.denominator).toBe(value.numerator * (found?.denominator ?? 0n));
};

describe('exact cross products', () => {
  it('are sums over the rows that have every column, by DuckDB', async () => {
    const { groups } = await data.exact({ kind: 'cross_products', columns: ['id', 'amount'] });
    const found = groups[0]?.columns ?? {};
    const complete = 'amount IS NOT NULL';
    expect(Object.keys(found)).toEqual(['id', 'amount', 'id*id', 'id*amount', 'amount*amount']);
    expect(found['id']?.['n']?.value).toBe(300 - 17);
    same(found['id']?.['sum'], await plainSum(['id'], 0, complete));
    same(found['id*amount']?.['sum_of_products'], await plainSum(['id', 'amount'], 2, complete));
    same(found['amount*amount']?.['sum_of_products'], await plainSum(['amount', 'amount'], 4, complete));
  });

  it('of powers and of numbers that are too wide for DuckDB are as exact', async () => {
    const request = { kind: 'cross_products', columns: ['amount', 'wide'], degrees: [3, 1] } as const;
    const found = (await data.exact(request)).groups[0]?.columns ?? {};
    const complete = 'amount IS NOT NULL';
    const cubed = ['amount', 'amount', 'amount'];
    same(found['amount^3*amount^3']?.['sum_of_products'], await plainSum([...cubed, ...cubed], 12, complete));
    same(found['amount^3*wide']?.['sum_of_products'], await plainSum([...cubed, 'wide'], 10, complete));
    same(found['wide*wide']?.['sum_of_products'], await plainSum(['wide', 'wide'], 8, complete));
    const byDuckdb = await data.exact({ kind: 'cross_products', columns: ['amount'], degrees: [3] });
    for (const name of ['amount^2', 'amount*amount^2', 'amount^2*amount^3', 'amount^3*amount^3']) {
      expect(byDuckdb.groups[0]?.columns[name]).toEqual(found[name]);
    }
  });

  it('of doubles are those of the fractions that they are', async () => {
    const { groups } = await data.exact({ kind: 'cross_products', columns: ['weight', 'id'] });
    const { rows } = await data.query({
      sql: 'SELECT weight, id, _sh_row_number FROM data WHERE weight IS NOT NULL',
    });
    const total = rows.reduce((sum, [weight]) => sum + BigInt(Number(weight) * 2 ** 60) ** 2n, 0n);
    same(groups[0]?.columns['weight*weight']?.['sum_of_products'], {
      numerator: total,
      denominator: 2n ** 120n,
    });
  });

  it('of doubles are the same by DuckDB, in limbs, and from streamed rows, as powers ask for', async () => {
    const columns = ['weight', 'spread', 'amount'];
    for (const groupBy of [[], ['kind']]) {
      const inLimbs = await data.exact({ kind: 'cross_products', columns, groupBy });
      const streamed = await data.exact({ kind: 'cross_products', columns, degrees: [1, 1, 2], groupBy });
      for (const [group, { columns: found }] of inLimbs.groups.entries()) {
        expect(streamed.groups[group]?.columns).toMatchObject(found);
        expect(Object.keys(found)).toHaveLength(3 + 6);
      }
    }
    const { groups } = await data.exact({ kind: 'cross_products', columns: ['far', 'id'] });
    expect(groups[0]?.columns['far*far']?.['sum_of_products']?.value).toBe(null); // beyond the largest double
    expect(groups[0]?.columns['far*far']?.['sum_of_products']?.exact?.length).toBeGreaterThan(400);
  });

  it('are the same in chunks of any size and by group', async () => {
    for (const columns of [
      ['id', 'amount'],
      ['weight', 'amount'],
    ]) {
      const request = { kind: 'cross_products', columns, groupBy: ['kind'], where: 'id > -30' } as const;
      const found = await data.exact(request);
      expect(found.groups.map(({ key }) => key)).toEqual([['a'], ['b'], ['c'], [null]]);
      expect(await inSmallChunks.exact(request)).toEqual(found);
    }
  });

  it('refuse degrees that fit nothing', async () => {
    const ask = (degrees: number[], kind: 'sum' | 'cross_products' = 'cross_products') =>
      data.exact({ kind, columns: ['id', 'amount'], degrees });
    await expect(ask([1])).rejects.toMatchObject({ code: 'SH_QUERY_REFUSED' });
    await expect(ask([1, 1], 'sum')).rejects.toMatchObject({ code: 'SH_QUERY_REFUSED' });
  });
});

describe('exact squares', () => {
  it('are those of each column over its own values, the same by DuckDB and from streamed rows', async () => {
    const by = { groupBy: ['kind'] } as const;
    const fast = await data.exact({ kind: 'squares', columns: ['id', 'amount'], ...by });
    const streamed = await data.exact({ kind: 'squares', columns: ['id', 'amount', 'weight'], ...by });
    expect(streamed.groups.map(({ columns: { weight: _, ...others } }) => others)).toEqual(
      fast.groups.map(({ columns }) => columns),
    );
    const a = fast.groups[0]?.columns;
    const own = "kind = 'a'";
    same(
      a?.['amount']?.['sum_of_squares'],
      await plainSum(['amount', 'amount'], 4, `${own} AND amount IS NOT NULL`),
    );
    same(a?.['id']?.['sum_of_squares'], await plainSum(['id', 'id'], 0, own));
  });

  it('carry their text wherever the double is not the number', async () => {
    const { groups } = await data.exact({ kind: 'squares', columns: ['amount'], where: 'id = -37' });
    expect(groups[0]?.columns['amount']?.['sum']).toEqual({ value: -2762.43, exact: '-2762.43' });
    expect(exactFraction({ value: -2762.43, exact: '-2762.43' })).toEqual(fraction('-2762.43'));
  });

  it('of no rows are none', async () => {
    for (const columns of [['id'], ['weight']]) {
      const { groups } = await data.exact({ kind: 'squares', columns, where: 'id < -100' });
      expect(groups[0]?.columns[columns[0] ?? '']).toEqual({
        n: { value: 0 },
        sum: { value: null },
        sum_of_squares: { value: null },
      });
    }
  });
});
