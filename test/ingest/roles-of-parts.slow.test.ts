import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sha256 } from '../../src/base/index.ts';
import type { DatasetVersion, RoleMap } from '../../src/contract/index.ts';
import { openDataset } from '../../src/dataset/index.ts';
import { findPart, ingestFiles, knownAnswers } from '../../src/ingest/index.ts';
import { AUTO, query, type Workshop, workshop } from './ingesting.ts';

/** So many that what is found out about a part is kept, value by value. */
const FIRST_ROWS = 290_000;
const MORE_ROWS = 30_000;

let shops: readonly Workshop[];
beforeAll(() => {
  shops = [workshop(), workshop()];
});
afterAll(() => {
  for (const shop of shops) shop.remove();
});

/** A log whose second file goes on where the first ends, and points back into it. */
async function writeLog(path: string, from: number, rows: number): Promise<string> {
  const at = (seconds: string) =>
    `strftime(TIMESTAMP '2025-01-01' + to_seconds(${seconds}), '%Y-%m-%d %H:%M:%S')`;
  const columns = [
    'n + 1000 AS RUN_ID',
    `'JOB' || n % 37 AS PROCESS_ID`,
    `${at('n * 11')} AS QUEUE_DT`,
    `${at('n * 11 + n % 50')} AS START_DT`,
    `${at('n * 11 + n % 50 + (n % 37) * 10 + hash(n) % 9')} AS END_DT`,
    'CASE WHEN hash(n) % 3 = 0 AND n > 40 THEN n + 1000 - 40 END AS DEP_RUN_ID',
    `'P' || hash(n) % 20000 AS NOTE`,
    `CAST(hash(n) % 900000 / 100 AS DECIMAL(9,2)) AS AMOUNT`,
  ];
  const select = `SELECT ${columns.join(', ')} FROM range(${from}, ${from + rows}) AS r(n)`;
  await query(`COPY (${select}) TO '${path}' (FORMAT csv, HEADER)`);
  return path;
}

async function rolesOf(shop: Workshop, files: readonly string[], base: readonly `sha256:${string}`[] = []) {
  const { version } = await ingestFiles({
    base: base.map((partId) => ({ partId, shownPath: 'earlier' })),
    files: files.map((path) => ({ path })),
    options: AUTO,
    paths: shop.paths,
    ...{ memoryBytes: 512 << 20, threads: 2, engineCode: 'code' },
  });
  return version;
}

/** What is known of values is what the data say to the same words; how much of it there is. */
async function sayTheSame({ folder, paths }: Workshop, version: DatasetVersion): Promise<number> {
  const { schema } = version;
  const known = await knownAnswers(paths, version);
  const parts = await Promise.all(version.parts.map((id) => findPart(paths, id as Sha256)));
  const options = { schema, temporaryDirectory: join(folder, 'spill'), memoryBytes: 512 << 20, threads: 2 };
  const files = parts.filter((part) => part !== undefined);
  const [asking, knowing] = await Promise.all([
    openDataset({ ...options, parts: files }),
    openDataset({ ...options, parts: files, known }),
  ]);
  try {
    for (const sql of known.keys()) expect(await knowing.query({ sql })).toEqual(await asking.query({ sql }));
  } finally {
    for (const opened of [asking, knowing]) await opened.close();
  }
  return known.size;
}

function keptFacts(shop: Workshop): string[] {
  const folder = join(shop.paths.cache, 'facts');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('what is appended gives the roles that all files together give, whatever is kept of the old rows', async () => {
  const [appended, together] = shops;
  if (appended === undefined || together === undefined) throw new Error('no workshops');
  const files = [
    await writeLog(join(appended.folder, 'first.csv'), 0, FIRST_ROWS),
    await writeLog(join(appended.folder, 'more.csv'), FIRST_ROWS, MORE_ROWS),
  ] as const;
  const { roles, parts } = await rolesOf(together, files);
  const bound = (map: RoleMap) => map.bindings.map(({ role, sql_name }) => `${role} ${sql_name}`);
  expect(bound(roles)).toEqual(
    expect.arrayContaining(['run_id RUN_ID', 'depends_on DEP_RUN_ID', 'started_at START_DT']),
  );
  const first = await rolesOf(appended, files.slice(0, 1));
  expect(keptFacts(appended)).toHaveLength(1);
  const grown = await rolesOf(appended, files.slice(1), first.parts);
  expect(grown.parts).toEqual(parts);
  expect(grown.roles).toEqual(roles);
  // Of all eight columns how many values there are, and of those that are not unlike in each row what they are.
  expect(await sayTheSame(appended, grown)).toBe(14);
  expect(await sayTheSame(together, grown)).toBe(14);
  // Damaged facts are no facts.
  for (const path of keptFacts(appended)) {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll('290000', '290001'));
    expect(readFileSync(path, 'utf8') === text).toBe(!text.includes('290000'));
  }
  const otherCode = await ingestFiles({
    files: files.map((path) => ({ path })),
    options: AUTO,
    paths: appended.paths,
    ...{ memoryBytes: 512 << 20, threads: 1, engineCode: 'other code' },
  });
  expect(otherCode.version.roles).toEqual(roles);
});
