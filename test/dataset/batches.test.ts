import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/dataset/index.ts';
import { type Batch, type BatchColumn, isValid } from '../../src/sdk/batch.ts';
import { makePart, openParts, temporaryFolder } from './make-part.ts';
import { makeSample, SAMPLE_COLUMNS, type Sample } from './sample.ts';

let sample: Sample;
let data: Dataset;
beforeAll(async () => {
  sample = await makeSample();
  data = await sample.open({ chunkRows: 512 });
});
afterAll(async () => {
  await data.close();
  await sample.remove();
});

async function readAll(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

/** A cell as text, by the batch's own rules. */
function cellText(column: BatchColumn, row: number): string | null {
  if (!isValid(column.valid, row)) return null;
  switch (column.kind) {
    case 'int64':
    case 'float64':
    case 'boolean':
      return String(column.values[row]);
    case 'int128':
      return String((BigInt(column.high[row] ?? 0n) << 64n) | (column.low[row] ?? 0n));
    case 'text':
      return Buffer.from(column.bytes.slice(column.offsets[row], column.offsets[row + 1])).toString('utf8');
  }
}

function cellsOf(batches: readonly Batch[], name: string): (string | null)[] {
  return batches.flatMap((batch) => {
    const column = batch.columns[name];
    if (!column) throw new Error(`no ${name}`);
    return Array.from({ length: batch.rows }, (_, row) => cellText(column, row));
  });
}

/** The same cells by SQL, in source order. */
async function cellsBySql(expression: string): Promise<(string | null)[]> {
  const sql = `SELECT ${expression} AS x FROM data ORDER BY _sh_part, _sh_row_number`;
  return (await data.query({ sql })).rows.map(([cell]) => cell ?? null);
}

describe('Batches', () => {
  it.each([
    ['id', 'id'],
    ['a', 'a'],
    ['d', 'd'],
    ['m', 'CAST(m * 100 AS DECIMAL(18,0))'],
    ['big', 'big'],
    ['t', 't'],
    ['b', 'CAST(b AS INTEGER)'],
    ['day', "date_diff('day', DATE '1970-01-01', \"day\")"],
    ['hour', 'epoch_us("hour")'],
    ['moment', 'epoch_us(moment)'],
    ['tz', 'epoch_us(tz)'],
    ['Mixed "Case"', '"Mixed ""Case"""'],
  ])('carry the column %s as SQL gives it', async (name, expression) => {
    const batches = await readAll(data.batches({ columns: [name] }));
    expect(cellsOf(batches, name)).toEqual(await cellsBySql(expression));
  });

  it('come in source order and never cross a part', async () => {
    const batches = await readAll(data.batches({ columns: Object.keys(SAMPLE_COLUMNS) }));
    const numbers = batches.map((batch) => [batch.part, batch.rowNumbers[0], batch.rowNumbers.at(-1)]);
    expect(numbers).toEqual([
      [1, 1n, 3000n],
      [2, 1n, 500n],
    ]);
  });

  it('of a chunk hold its rows only, and derived columns are columns', async () => {
    const chunk = data.chunks.at(-2);
    if (!chunk) throw new Error('no chunk');
    const derived = [{ name: 'twice', sql: 'id * 2' }];
    const [batch, ...more] = await readAll(data.batches({ columns: ['twice'], derived, chunk }));
    expect(more).toEqual([]);
    expect([batch?.part, batch?.rows, batch?.rowNumbers[0]]).toEqual([
      chunk.part,
      chunk.rows,
      BigInt(chunk.firstRow),
    ]);
    const column = batch?.columns['twice'];
    expect(column && cellText(column, 0)).toBe(
      String(chunk.part === 1 ? chunk.firstRow * 2 : 6000 + chunk.firstRow * 2),
    );
  });

  it('may have no column: row numbers alone', async () => {
    const batches = await readAll(data.batches({ columns: [] }));
    expect(batches.reduce((sum, batch) => sum + batch.rows, 0)).toBe(3500);
  });

  it('carry texts of every length, short and long ones mixed, over many vectors', async () => {
    const { path, remove } = await temporaryFolder();
    const spec = { t: 'text' };
    const text = `CASE WHEN i % 9 = 0 THEN NULL ELSE repeat('é' || i % 10, CAST(i % 23 AS INTEGER)) || '😀' END`;
    const part = await makePart(
      path,
      'mixed',
      spec,
      `SELECT i AS row_number, ${text} AS t FROM range(1, 10001) r(i)`,
    );
    const mixed = await openParts(path, [part], spec);
    const expected = Array.from({ length: 10_000 }, (_, index) => {
      const i = index + 1;
      return i % 9 === 0 ? null : `${`é${i % 10}`.repeat(i % 23)}😀`;
    });
    expect(cellsOf(await readAll(mixed.batches({ columns: ['t'] })), 't')).toEqual(expected);
    await mixed.close();
    await remove();
  });

  it('are cut by bytes, so that cells of a megabyte fit', async () => {
    const { path, remove } = await temporaryFolder();
    const spec = { t: 'text' };
    const part = await makePart(
      path,
      'wide',
      spec,
      'SELECT i AS row_number, repeat(chr(CAST(96 + i AS INTEGER)), 1000000 + i) AS t FROM range(1, 21) r(i)',
    );
    const wide = await openParts(path, [part], spec);
    const batches = await readAll(wide.batches({ columns: ['t'] }));
    expect(batches.map((batch) => batch.rows)).toEqual([4, 4, 4, 4, 4]);
    expect(cellsOf(batches, 't').map((text) => [text?.[0], text?.length])).toEqual(
      Array.from({ length: 20 }, (_, index) => [String.fromCharCode(97 + index), 1_000_001 + index]),
    );
    await wide.close();
    await remove();
  });

  it('refuse a name that is no column and a type that they do not carry', async () => {
    await expect(readAll(data.batches({ columns: ['nope'] }))).rejects.toMatchObject({
      code: 'SH_QUERY_FAILED',
    });
    const derived = [{ name: 'l', sql: '[a]' }];
    await expect(readAll(data.batches({ columns: ['l'], derived }))).rejects.toMatchObject({
      code: 'SH_QUERY_REFUSED',
    });
  });
});
