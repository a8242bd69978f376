import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, PartFile } from '../../src/dataset/index.ts';
import { momentState, momentsOf } from '../../src/sdk/exact/index.ts';
import { integerColumn } from '../sdk/exact-kit.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';

const COLUMNS = {
  near: 'integer',
  far: 'integer',
  spread: 'integer',
  ends: 'integer',
  money: 'decimal(12,2)',
  fine: 'decimal(18,18)',
  full: 'decimal(18,3)',
  some: 'decimal(9,4)',
  once: 'integer',
  never: 'decimal(9,2)',
  same: 'integer',
} as const;

const ROWS = 3000;
/** A permutation of the rows that falls as often as it rises. */
const I = '(i * 7919 % 3001)';
const SELECT = `SELECT i AS row_number,
  ${I} - 1500 AS near,
  9223372036854770000 + ${I} AS far,
  ${I} * 1431655 - 2147482500 AS spread,
  CASE WHEN i % 2 = 0 THEN 9223372036854775807 ELSE -9223372036854775808 END AS ends,
  CASE WHEN i % 7 = 0 THEN NULL ELSE ${I} * 33.33 - 9000 END AS money,
  CAST(${I} AS DECIMAL(18,0)) * CAST('0.000000000000000001' AS DECIMAL(18,18)) AS fine,
  CAST('999999999999000.000' AS DECIMAL(18,3)) + ${I} / 1000 AS "full",
  CASE WHEN i % 3 > 0 THEN NULL ELSE -${I} END AS some,
  CASE WHEN i = 1234 THEN -77 END AS once,
  NULL AS never,
  5 AS same
FROM range(1, ${ROWS + 1}) r(i)`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let parts: readonly PartFile[];
let data: Dataset;
beforeAll(async () => {
  folder = await temporaryFolder();
  parts = [await makePart(folder.path, 'part-00001', COLUMNS, SELECT)];
  data = await openParts(folder.path, parts, COLUMNS, { chunkRows: 1024, threads: 2 });
});
afterAll(async () => {
  await data.close();
  await folder.remove();
});

describe('the moments of a chunk', () => {
  it.each(Object.keys(COLUMNS))(
    'are to the last digit those of its cells, in row order: %s',
    async (name) => {
      const [, scale = '0'] = /,(\d+)\)/.exec(COLUMNS[name as keyof typeof COLUMNS]) ?? [];
      const { rows } = await data.query({ sql: `SELECT "${name}" FROM data ORDER BY _sh_row_number` });
      const integers = rows.map(([cell]) => (cell == null ? null : BigInt(cell.replace('.', ''))));
      expect(data.chunks).toHaveLength(3);
      for (const chunk of data.chunks) {
        const states = await data.exactState({ columns: [name], chunk });
        const own = integers.slice(chunk.firstRow - 1, chunk.lastRow);
        expect(states[name]).toEqual(momentState(momentsOf(integerColumn(own, Number(scale)))));
      }
    },
  );

  it('are the same where it has so few rows that its cells are read one by one', async () => {
    const few = await openParts(folder.path, parts, COLUMNS, { chunkRows: 512 });
    const [chunk] = few.chunks;
    if (chunk === undefined) throw new Error('no chunk');
    const columns = Object.keys(COLUMNS);
    const states = await few.exactState({ columns, chunk });
    const inSql = { ...chunk, rows: 1_000_000 };
    expect(states).toEqual(await data.exactState({ columns, chunk: inSql }));
    await few.close();
  });

  it('are the same when more columns are asked for than are scanned at once', async () => {
    const [chunk] = data.chunks;
    if (chunk === undefined) throw new Error('no chunk');
    const derived = Array.from({ length: 30 }, (_, i) => ({ name: `more_${i}`, sql: `near + ${i}` }));
    const columns = [...Object.keys(COLUMNS), ...derived.map(({ name }) => name)];
    const states = await data.exactState({ columns, derived, chunk });
    expect(Object.keys(states)).toEqual(columns);
    for (const name of ['near', 'more_0', 'more_29']) {
      expect(states[name]).toEqual((await data.exactState({ columns: [name], derived, chunk }))[name]);
    }
    const twice = { columns: [...columns, 'near'], derived, chunk };
    await expect(data.exactState(twice)).rejects.toMatchObject({ code: 'SH_QUERY_REFUSED' });
  });

  it('are the same when all columns are asked for at once', async () => {
    const [chunk] = data.chunks;
    if (chunk === undefined) throw new Error('no chunk');
    const together = await data.exactState({ columns: Object.keys(COLUMNS), chunk });
    expect(Object.keys(together)).toEqual(Object.keys(COLUMNS));
    for (const name of Object.keys(COLUMNS)) {
      expect(together[name]).toEqual((await data.exactState({ columns: [name], chunk }))[name]);
    }
  });
});
