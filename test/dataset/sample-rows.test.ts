import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hexOf } from '../../src/base/index.ts';
import type { Sample } from '../../src/contract/index.ts';
import { countSample, type PartFile } from '../../src/dataset/index.ts';
import { sampleCondition } from '../../src/dataset/sample.ts';
import { makePart, openParts, schemaOf, temporaryFolder } from './make-part.ts';
import { plainDuckdb, plainRows } from './plain-duckdb.ts';

const spec = { order_id: 'decimal(18,2)', label: 'text', amount: 'double' };
const rows: Sample = { method: 'rows', fraction: 0.2, seed: '18446744073709551615' };
const cases: Sample = { method: 'cases', column: 'order_id', fraction: 0.2, seed: '7' };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let parts: readonly PartFile[];

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder.path, 'spill'));
  // Five rows a case, in both parts, in the first of which its type is narrower and row numbers have holes.
  const select = (first: number, order: string, isRow = 'true') =>
    `SELECT row_number, CASE WHEN row_number % 50 = 0 THEN NULL ELSE ${order} END AS order_id,
       'v' || (row_number % 7) AS label, CAST(row_number AS DOUBLE) / 3 AS amount
     FROM (SELECT range + ${first} AS row_number FROM range(2000)) WHERE ${isRow}`;
  parts = [
    await makePart(
      folder.path,
      'part-00001',
      { ...spec, order_id: 'integer' },
      select(1, 'row_number // 5', 'row_number % 40 <> 3'),
      50,
    ),
    await makePart(folder.path, 'part-00002', spec, select(1, '(row_number + 1000) // 5')),
  ];
});
afterAll(() => folder.remove());

const open = (sample: Sample, options: { chunkRows?: number; threads?: number } = {}) =>
  openParts(folder.path, parts, spec, { sample, ...options });

describe.each([
  ['rows', rows],
  ['cases', cases],
])('FND-08 a sample of %s', (_method, sample) => {
  it('is drawn by plain DuckDB too, from the statement that the report prints', async () => {
    const dataset = await open(sample);
    const plain = await plainDuckdb(dataset, folder.path);
    try {
      const cells = ['_sh_part', '_sh_row_number', 'order_id', 'label'].map(
        (name) => `CAST(${name} AS VARCHAR)`,
      );
      const sql = `SELECT ${cells.join(', ')} FROM data ORDER BY _sh_part, _sh_row_number`;
      const { rows: drawn } = await dataset.query({ sql });
      const told = await plainRows(plain.connection, sql);
      expect(drawn.length).toBeGreaterThan(400);
      expect(told).toEqual(drawn.map((row) => JSON.stringify(row)));
      expect(dataset.rowCount).toBe(drawn.length);
      const counted = { parts, schema: schemaOf(spec), sample, temporaryDirectory: folder.path };
      expect(await countSample({ ...counted, memoryBytes: 1e9, threads: 1 })).toBe(drawn.length);
    } finally {
      plain.close();
      await dataset.close();
    }
  });

  it('is drawn by the md5 of a text, which anything can compute', async () => {
    const dataset = await open(sample);
    const all = await openParts(folder.path, parts, spec);
    try {
      const sql = 'SELECT _sh_part, _sh_row_number, CAST(order_id AS VARCHAR) FROM data ORDER BY 1, 2';
      const expected = (await all.query({ sql })).rows.filter(([part, row, order = null]) =>
        isDrawn(sample, Number(part), row ?? '', order),
      );
      expect((await dataset.query({ sql })).rows).toEqual(expected);
    } finally {
      await dataset.close();
      await all.close();
    }
  });

  it('is the same whatever the chunks and the threads, and its chunks count what was drawn', async () => {
    const answers = [];
    for (const options of [{}, { chunkRows: 1024, threads: 1 }]) {
      const dataset = await open(sample, options);
      try {
        const { rows: cells } = await dataset.query({ sql: 'SELECT * FROM data' });
        const exact = await dataset.exact({ kind: 'moments', columns: ['amount'], groupBy: ['label'] });
        for (const chunk of dataset.chunks) {
          const sql = 'SELECT count(*) FROM data';
          expect((await dataset.query({ sql, chunk })).rows).toEqual([[String(chunk.rows)]]);
        }
        answers.push({ cells, groups: exact.groups, view: dataset.createViewSql });
      } finally {
        await dataset.close();
      }
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});

it('FND-08 a case is drawn whole, over all parts, or not at all; a row without one is drawn for itself', async () => {
  const all = await openParts(folder.path, parts, spec);
  const dataset = await open(cases);
  try {
    const sql = 'SELECT order_id, count(*) FROM data GROUP BY order_id';
    const whole = new Map((await all.query({ sql })).rows.map(([id, n]) => [id, n]));
    const drawn = (await dataset.query({ sql })).rows;
    expect(drawn.length).toBeGreaterThan(80);
    for (const [id, n] of drawn) if (id !== null) expect(n).toBe(whole.get(id ?? null));
    const without = Number(drawn.find(([id]) => id === null)?.[1]);
    expect(without).toBeGreaterThan(0);
    expect(without).toBeLessThan(Number(whole.get(null)));
  } finally {
    await dataset.close();
    await all.close();
  }
});

it('FND-08 draws without bias: over 40 seeds rows, and pairs of neighbours, lie in the exact bounds of one in a million', async () => {
  const [file] = parts;
  if (file === undefined) throw new Error('no part');
  const conditions = Array.from({ length: 40 }, (_, seed) =>
    sampleCondition(file, schemaOf(spec), { method: 'rows', fraction: 0.1, seed: String(seed + 1) }),
  );
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const both = conditions.map((one) => `(${one}) AND (${one.replace('row_number', 'row_number + 1')})`);
    const sum = (some: readonly string[]) => some.map((one) => `count(*) FILTER (${one})`).join(' + ');
    const [rows, pairs] = await Promise.all([
      connection.runAndReadAll(`SELECT ${sum(conditions)} FROM range(1, 2001) t(row_number)`),
      connection.runAndReadAll(`SELECT ${sum(both)} FROM range(1, 2001, 2) t(row_number)`),
    ]);
    expect(withinBinomial(Number(rows.value(0, 0)), 40 * 2000, 0.1)).toBe(true);
    expect(withinBinomial(Number(pairs.value(0, 0)), 40 * 1000, 0.01)).toBe(true);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

/** Whether the tail from a count outwards has at least one in a million under the binomial distribution. */
function withinBinomial(count: number, n: number, p: number): boolean {
  const logFactorial = [0];
  for (let k = 1; k <= n; k += 1) logFactorial.push((logFactorial[k - 1] ?? 0) + Math.log(k));
  const at = (k: number) => logFactorial[k] ?? 0;
  const chance = (k: number) =>
    Math.exp(at(n) - at(k) - at(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  const step = count < n * p ? -1 : 1;
  let tail = 0;
  for (let k = count; k >= 0 && k <= n; k += step) tail += chance(k);
  return tail >= 1e-6;
}

/** As docs/guides/sample.md defines it. */
function isDrawn(sample: Sample, part: number, row: string, order: string | null): boolean {
  const id = hexOf((parts[part - 1] as PartFile).part.part_id as `sha256:${string}`).slice(0, 16);
  const text =
    sample.column !== undefined && order !== null
      ? `${sample.seed}:case:${order}`
      : `${sample.seed}:${id}:${row}`;
  const first64 = BigInt(`0x${createHash('md5').update(text).digest('hex').slice(0, 16)}`);
  return first64 < BigInt(Math.floor(sample.fraction * 2 ** 64));
}
