import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJsonFile, hashFile, hashJson } from '../../src/base/index.ts';
import { check, DatasetSchema, DatasetVersion, IngestReport, Part } from '../../src/contract/index.ts';
import { ingestFiles } from '../../src/ingest/index.ts';
import { AUTO, parquetPath, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

test('a part and a dataset version are documents that fit their schemas, in canonical JSON', async () => {
  const { version, parts, reports } = await shop.ingest([shop.write('one.csv', 'id,amount\n1,2.50\n2,\n')]);
  const [part] = parts;
  if (part === undefined) throw new Error('no part');
  const folder = shop.paths.part(part.part_id);
  const stored = { part: read(join(folder, 'part.json')), report: read(join(folder, 'ingest_report.json')) };
  expect(check(Part, stored.part)).toEqual({ ok: true, value: part });
  expect(check(IngestReport, stored.report)).toEqual({ ok: true, value: reports[0] });
  expect(part.parquet_sha256).toBe(await hashFile(join(folder, 'part.parquet')));
  expect(part.parquet_bytes).toBe(statSync(join(folder, 'part.parquet')).size);
  const { upload_sha256: upload, options, reader_version } = part;
  expect(part.part_id).toBe(hashJson({ upload, options, reader_version }));
  expect(version.dataset_version_id).toBe(hashJson({ parts: [part.part_id], schema: version.schema }));
  const home = shop.paths.datasetVersion(version.dataset_version_id);
  expect(check(DatasetVersion, read(join(home, 'parts.json')))).toEqual({ ok: true, value: version });
  expect(check(DatasetSchema, read(join(home, 'schema.json')))).toEqual({ ok: true, value: version.schema });
  expect(readFileSync(join(home, 'ingest_report.json'), 'utf8')).toBe(canonicalJsonFile(reports));
});

test('the same file again makes nothing new, whatever its name, and asks for no roles', async () => {
  const first = await shop.ingest([shop.write('same.csv', 'k,v\nx,1\ny,2\n')]);
  const before = shop.leftovers();
  const again = await ingestFiles({
    files: [{ path: shop.write('other-name.csv', 'k,v\nx,1\ny,2\n') }],
    options: AUTO,
    paths: shop.paths,
    memoryBytes: 512 << 20,
    threads: 1,
    engineCode: 'code',
    inferRoles: () => Promise.reject(new Error('asked for roles')),
  });
  expect(again.version).toEqual(first.version);
  expect(shop.leftovers()).toEqual(before);
});

test('an option that changes what is read makes another part; one that the file settles alike does not', async () => {
  const path = shop.write('options.csv', 'k,v\nx,1\ny,2\n');
  const auto = await shop.ingest([path]);
  const same = await shop.ingest([path], { delimiter: ',', header: 'yes', format: 'csv' });
  const text = await shop.ingest([path], { types: { v: 'TEXT' } });
  expect(same.parts).toEqual(auto.parts);
  expect(text.parts[0]?.part_id).not.toBe(auto.parts[0]?.part_id);
});

test('the same file in two appdata folders gives the same ids, cells and order', async () => {
  const lines = Array.from({ length: 300_000 }, (_, i) => `${i},name ${i % 7},${i / 8}`);
  const content = `id,name,amount\n${lines.join('\n')}\n`;
  const other = workshop();
  const a = await shop.ingest([shop.write('big.csv', content)]);
  const b = await other.ingest([other.write('big.csv', content)]);
  expect(b.version).toEqual(a.version);
  const path = (id: typeof a, paths: typeof shop.paths) =>
    `read_parquet('${parquetPath(paths, id.version.parts[0])}')`;
  const sql = `SELECT count(*) FROM ${path(a, shop.paths)} x POSITIONAL JOIN ${path(b, other.paths)} y WHERE x = y`;
  expect(await query(sql)).toEqual([['300000']]);
  const order = `SELECT count(*) FROM ${path(a, shop.paths)} WHERE row_number <> id + 1 OR amount <> id / 8.0`;
  expect(await query(order)).toEqual([['0']]);
  other.remove();
});

describe('several files', () => {
  test('become one version of parts in their order, with the narrowest types that hold all', async () => {
    const january = shop.write('jan.csv', 'id,amount,at,note\n1,5,2025-01-01,\n2,6,2025-01-02,\n');
    const february = shop.write('feb.csv', 'id,amount,at,note\n3,7.25,2025-02-01 10:00:00,late\n');
    const { version, parts } = await shop.ingest([january, february]);
    expect(version.parts).toEqual(parts.map(({ part_id }) => part_id));
    expect(version.row_count).toBe(3);
    expect(version.schema.columns.map(({ type }) => type)).toEqual([
      { kind: 'integer' },
      { kind: 'decimal', precision: 21, scale: 2 },
      { kind: 'timestamp' },
      { kind: 'text' },
    ]);
    const alone = await shop.ingest([january]);
    expect(alone.parts[0]).toEqual(parts[0]);
    const turned = await shop.ingest([february, january]);
    expect(turned.version.dataset_version_id).not.toBe(version.dataset_version_id);
  });

  test('may hold the columns in another order, and a column without a value of any type', async () => {
    const a = shop.write('order-a.csv', 'id,when\n1,\n2,\n');
    const b = shop.write('order-b.csv', 'when,id\n2025-01-01,3\n');
    const { version } = await shop.ingest([a, b]);
    expect(version.schema.columns.map(({ name, type }) => [name, type.kind])).toEqual([
      ['id', 'integer'],
      ['when', 'date'],
    ]);
  });

  test('that do not agree are refused with the difference', async () => {
    const a = shop.write('differ-a.csv', 'id,amount\n1,2\n');
    const b = shop.write('differ-b.csv', 'id,amuont,extra\n1,2,3\n');
    const c = shop.write('differ-c.csv', 'id,amount\n1,x\n');
    await expect(shop.ingest([a, b])).rejects.toMatchObject({
      code: 'SH_INPUT_SCHEMA_DIFFERS',
      parameters: { difference: 'it lacks "amount" and it has "amuont", "extra" besides' },
    });
    await expect(shop.ingest([a, c])).rejects.toMatchObject({
      code: 'SH_INPUT_SCHEMA_DIFFERS',
      parameters: { difference: 'column "amount" is text instead of integer (--type can make both text)' },
    });
    const both = await shop.ingest([a, c], { types: { amount: 'text' } });
    expect(both.version.schema.columns[1]?.type).toEqual({ kind: 'text' });
  });
});

describe('SQL names', () => {
  test('are unique whatever the case, and keep out of reserved names', async () => {
    const header = 'a,A,a,row_number,_sh_part,,größe,2019,x y';
    const { report } = await shop.ingestText(`${header}\n1,2,3,4,5,6,7,8,9\n`, { header: 'yes' });
    expect(report.columns.map(({ sql_name }) => sql_name)).toEqual([
      'a',
      'A_2',
      'a_3',
      'row_number_2',
      'c_sh_part',
      'C6',
      'größe',
      'c_2019',
      'x_y',
    ]);
    expect(report.notes).toHaveLength(7);
  });
});

test('a Parquet file keeps its types and rows; what has no equal is said', async () => {
  const path = join(shop.folder, 'source.parquet');
  await query(`COPY (SELECT i::SMALLINT AS small, i::UBIGINT AS big, (i / 4)::FLOAT AS single, i::DECIMAL(9,2) AS price,
    'n' || i AS name, TIMESTAMP_NS '2025-01-01 00:00:00.123456789' AS ns, TIMESTAMPTZ '2025-01-01 10:00:00+00' AS "at",
    i % 2 = 0 AS even, NULLIF(i, 3)::BIGINT AS row_number FROM range(5) t(i)) TO '${path}' (FORMAT parquet)`);
  const { version, reports } = await shop.ingest([path]);
  expect(version.schema.columns.map(({ name, type }) => [name, type.kind])).toEqual([
    ['small', 'integer'],
    ['big', 'decimal'],
    ['single', 'double'],
    ['price', 'decimal'],
    ['name', 'text'],
    ['ns', 'timestamp'],
    ['at', 'timestamptz'],
    ['even', 'boolean'],
    ['row_number', 'integer'],
  ]);
  expect(reports[0]?.columns.map(({ missing }) => missing)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(reports[0]?.notes.join()).toContain('microseconds');
  const rows = await query(
    `SELECT row_number, small, big, single, price, name, ns, "at", row_number_2 FROM read_parquet('${parquetPath(shop.paths, version.parts[0])}')`,
  );
  const ns = '2025-01-01 00:00:00.123456';
  expect(rows[3]).toEqual(['4', '3', '3', '0.75', '3.00', 'n3', ns, '2025-01-01 10:00:00+00', null]);
});

test('roles are inferred from all parts when nobody else does it', async () => {
  const lines = (from: number) =>
    Array.from(
      { length: 40 },
      (_, i) => `${from + i},JOB_${i % 3},2025-01-01 10:00:${String(i).padStart(2, '0')}`,
    );
  const header = 'CASE_ID,ACTIVITY,STARTED_AT';
  const files = [1, 100].map((from) => ({
    path: shop.write(`log-${from}.csv`, `${header}\n${lines(from).join('\n')}\n`),
  }));
  const { version } = await ingestFiles({
    files,
    options: AUTO,
    paths: shop.paths,
    memoryBytes: 512 << 20,
    threads: 1,
    engineCode: 'code',
  });
  expect(version.roles.bindings.length).toBeGreaterThan(0);
  const names = new Set(version.schema.columns.map(({ sql_name }) => sql_name));
  expect(version.roles.bindings.every(({ sql_name }) => names.has(sql_name))).toBe(true);
});
