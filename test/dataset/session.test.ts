import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFile } from '../../src/base/index.ts';
import { openSession, type Session } from '../../src/dataset/session.ts';
import { schemaOf } from './make-part.ts';
import { makeSample, SAMPLE_COLUMNS, type Sample } from './sample.ts';

let sample: Sample;
let session: Session;
beforeAll(async () => {
  sample = await makeSample();
  session = await openSession({
    parts: sample.parts,
    schema: schemaOf(SAMPLE_COLUMNS),
    temporaryDirectory: join(sample.folder, 'spill'),
    memoryBytes: 256 * 1024 * 1024,
    threads: 2,
  });
});
afterAll(async () => {
  session.close();
  await sample.remove();
});

// Below the gate: even SQL that it had let through by mistake reaches no file but the parts.
describe('The locked session', () => {
  it.each([
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM read_csv('/etc/hostname')",
    "COPY data TO 'stolen.csv'",
    "ATTACH 'other.db' AS other",
    "EXPORT DATABASE 'stolen'",
    'SET enable_external_access = true',
    "SET allowed_paths = ['/etc/hostname']",
    "SET TimeZone = 'Europe/Berlin'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET threads = 1',
  ])('refuses %s', async (sql) => {
    await expect(session.rows(sql)).rejects.toThrow();
  });

  it('lists no file of the folder with the parts', async () => {
    const { rows } = await session
      .rows(`SELECT * FROM glob('${sample.folder}/*')`)
      .catch(() => ({ rows: [] }));
    expect(rows.length).toBe(0);
    expect((await readdir(sample.folder)).length).toBeGreaterThan(1);
  });

  it('runs what was only looked at before, however much of it there was', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `SELECT ${i} AS n`);
    for (const sql of texts) {
      const look = (statement: { columnName(index: number): string }) => statement.columnName(0);
      expect(await session.prepareAndKeep(sql, (connection) => connection.prepare(sql), look)).toBe('n');
    }
    const twice = [...texts, ...texts].map((sql) => session.rows(sql));
    const numbers = texts.map((_, i) => [[String(i)]]);
    expect((await Promise.all(twice)).map(({ rows }) => rows)).toEqual([...numbers, ...numbers]);
  });

  it('works in UTC on every connection', async () => {
    const read = () => session.rows("SELECT current_setting('TimeZone')");
    const all = await Promise.all([read(), read(), read()]);
    expect(all.map(({ rows }) => rows)).toEqual([[['UTC']], [['UTC']], [['UTC']]]);
  });

  it('spills at most ten times the memory, and at least 10 GB', async () => {
    const { rows } = await session.rows("SELECT current_setting('max_temp_directory_size')");
    expect(rows).toEqual([['9.3 GiB']]);
  });

  it('leaves the part files as they were', async () => {
    for (const { part, parquetPath } of sample.parts) {
      expect(await hashFile(parquetPath)).toBe(part.parquet_sha256);
      expect((await readFile(parquetPath)).length).toBeGreaterThan(0);
    }
  });
});
