import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashFile } from '../../src/base/index.ts';
import type { Dataset } from '../../src/dataset/index.ts';
import type { DataDoor } from '../../src/plugin-host/index.ts';
import { makeSample, type Sample } from '../dataset/sample.ts';
import { executeHostile, notesOf } from './execute-hostile.ts';

let sample: Sample;
let dataset: Dataset;
let secret = '';
let outside = '';

beforeAll(async () => {
  sample = await makeSample();
  dataset = await sample.open();
  secret = join(sample.folder, 'secret.csv');
  outside = join(sample.folder, 'written.csv');
  await writeFile(secret, 'a,b\n1,2\n');
});
afterAll(async () => {
  await dataset.close();
  await sample.remove();
});

/** The dataset itself, as the pipeline opens it to a plugin. */
function door(): Partial<DataDoor> {
  return {
    query: async (sql, parameters, signal) => ({
      handle: 'q1',
      ...(await dataset.query({ sql, parameters, signal })),
    }),
    derive: (name, sql) => dataset.checkDerived(name, sql, []),
    batches: (columns) => dataset.batches({ columns }),
  };
}

test.each([
  ['sql_read_file', 7],
  ['sql_copy', 6],
])('every attempt of %s is refused by the dataset, and leaves nothing (EXEC-04)', async (name, attempts) => {
  const files = await Promise.all(sample.parts.map((part) => hashFile(part.parquetPath)));
  const done = await executeHostile(name, { door: door(), settings: { secret, outside } });
  expect(notesOf(done).filter((note) => !note.endsWith(': denied'))).toEqual([]);
  expect(notesOf(done)).toHaveLength(attempts);
  expect(done.log.filter((line) => !/Query refused/.test(line))).toEqual([]);
  expect(existsSync(outside)).toBe(false);
  expect(await Promise.all(sample.parts.map((part) => hashFile(part.parquetPath)))).toEqual(files);
});

test('a query that takes for ever ends with its execution', async () => {
  const code = `export default { async analyze(ctx) {
    await ctx.query('SELECT count(*) AS n FROM data a, data b, data c WHERE a.id * b.id = c.id + 1');
  } };`;
  const { end } = await executeHostile('', { door: door(), code, limits: { wall_s: 0.5 } });
  expect(end.status).toBe('timed_out');
});

test('what is no escape passes: rows of the dataset arrive in the sandbox, by query and by batches', async () => {
  const code = `export default { async analyze(ctx) {
    const counted = await ctx.query('SELECT count(*) AS n FROM data WHERE id < CAST($1 AS BIGINT)', [10]);
    let rows = 0;
    for await (const batch of ctx.batches({ columns: ['id', 't', 'd'] })) rows += batch.rows;
    ctx.note(counted.text(0, 'n') + ' ' + rows);
  } };`;
  const expected = await dataset.query({ sql: 'SELECT count(*) AS n FROM data WHERE id < 10' });
  const notes = notesOf(await executeHostile('', { door: door(), code }));
  expect(notes).toEqual([`${expected.rows[0]?.[0]} ${dataset.rowCount}`]);
});
