import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { pathCtes, rootCtes } from '../../../src/sdk/index.ts';

/** The answer to a query over `links`, given as `[case, member, above]`. */
async function ask(links: readonly (readonly [string, number, number])[], sql: string) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const rows = links.map(([path_case, member, above]) => `('${path_case}', ${member}, ${above})`);
  const reader = await connection.runAndReadAll(
    `WITH RECURSIVE links AS (SELECT * FROM (VALUES ${rows.join(', ')}) AS rows(path_case, member, above)), ${sql}`,
  );
  connection.closeSync();
  instance.closeSync();
  return reader.getRowsJson();
}

const chain = (length: number, from = 0) =>
  Array.from({ length }, (_, i) => ['A', from + i + 1, from + i] as const);
const roots = (links: Parameters<typeof ask>[0], rows: number) =>
  ask(links, `${rootCtes('roots', 'links', rows)} SELECT member, root FROM roots ORDER BY member`);

test('a chain of 1000 runs takes ten rounds, and one of three two', async () => {
  const rounds = (links: Parameters<typeof ask>[0]) =>
    ask(links, `${rootCtes('roots', 'links', 1000)} SELECT max(round) FROM roots_walk`);
  expect(await rounds(chain(1000))).toEqual([[10]]);
  expect(await rounds([...chain(3), ...chain(2, 100)])).toEqual([[2]]);
  const path = pathCtes('path', `(SELECT 'A' AS path_case, 1000 AS member) AS starts`, 'links', 1000);
  expect(await ask(chain(1000), `${path} SELECT max(round) FROM path_walk`)).toEqual([[10]]);
  expect(await ask(chain(1000), `${path} SELECT count(*), min(member), max(member) FROM path`)).toEqual([
    ['1001', 0, 1000],
  ]);
});

test('branches lead to the root of their tree; a circle, and what hangs from one, has none', async () => {
  const tree = [2, 3, 4, 5].map((member) => ['A', member, member < 4 ? 1 : 2] as const);
  const circle = [['A', 11, 12] as const, ['A', 12, 11] as const, ['A', 13, 11] as const];
  expect(await roots([...tree, ...circle], 100)).toEqual([1, 2, 3, 4, 5].map((member) => [member, 1]));
});

test('a path is that of its own case, and one that runs into a circle ends', async () => {
  const links = [...chain(3), ['B', 3, 9] as const, ['B', 9, 3] as const];
  const starts = `(SELECT 'A' AS path_case, 2 AS member UNION ALL SELECT 'B', 3) AS starts`;
  expect(
    await ask(
      links,
      `${pathCtes('path', starts, 'links', 20)} SELECT * FROM path ORDER BY path_case, member`,
    ),
  ).toEqual([
    ['A', 0],
    ['A', 1],
    ['A', 2],
    ['B', 3],
    ['B', 9],
  ]);
});
