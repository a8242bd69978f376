import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RoleMap } from '../../src/contract/index.ts';
import { ingestFiles } from '../../src/ingest/index.ts';
import { AUTO, query, type Workshop, workshop } from './ingesting.ts';

/** So many that what is found out about a part is kept. */
const FIRST_ROWS = 51_000;
const MORE_ROWS = 6_000;

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
  // Damaged facts are no facts.
  for (const path of keptFacts(appended)) {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replaceAll('51000', '51001'));
    expect(readFileSync(path, 'utf8') === text).toBe(!text.includes('51000'));
  }
  const otherCode = await ingestFiles({
    files: files.map((path) => ({ path })),
    options: AUTO,
    paths: appended.paths,
    ...{ memoryBytes: 512 << 20, threads: 1, engineCode: 'other code' },
  });
  expect(otherCode.version.roles).toEqual(roles);
});
