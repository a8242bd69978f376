import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashFile } from '../../src/base/index.ts';
import { parquetPath, query, type Workshop, workshop } from './ingesting.ts';

// Records that have another number of cells than the header: few are kept apart, many say that the file is read wrongly.

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const rows = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i + 1},x`);
const csv = (lines: readonly string[]): string => ['a,b', ...lines].map((line) => `${line}\n`).join('');

describe('few ragged records', () => {
  test('are kept apart whole, with number, line and reason; the rows keep their own numbers', async () => {
    const long = `7,${'y'.repeat(300)},z`;
    const lines = [...rows(250), 'too few', '252,"a\nbreak"', long, '254,last'];
    const { done, report } = await shop.ingestText(csv(lines));
    expect([report.row_count, report.rejected_rows]).toEqual([252, 2]);
    expect(report.rejected_records).toEqual([
      { row_number: 251, source_line: 252, reason: '1 cell where 2 are expected', text: 'too few' },
      {
        row_number: 253,
        source_line: 255,
        reason: '3 cells where 2 are expected',
        text: expect.stringMatching(/^7,y+…$/),
      },
    ]);
    expect(report.notes).toEqual([
      '2 records have another number of cells than the header, and are kept apart (the first: line 252, 1 cell where 2 are expected: too few)',
    ]);
    const [id] = done.version.parts;
    const part = parquetPath(shop.paths, id);
    const rejects = join(dirname(part), 'rejects.parquet');
    expect(await query(`SELECT row_number, text FROM read_parquet('${rejects}') ORDER BY 1`)).toEqual([
      ['251', 'too few'],
      ['253', long],
    ]);
    expect(
      await query(
        `SELECT row_number, _sh_source_line, a, b FROM read_parquet('${part}') WHERE row_number > 249 ORDER BY 1`,
      ),
    ).toEqual([
      ['250', '251', '250', 'x'],
      ['252', '253', '252', 'a\nbreak'],
      ['254', '256', '254', 'last'],
    ]);
    expect(done.parts[0]?.rejects_sha256).toBe(await hashFile(rejects));
  });

  test('at the end of a file that ends a line are kept apart: a footer is no row', async () => {
    const { report } = await shop.ingestText(csv([...rows(200), '(200 rows)']));
    expect([report.row_count, report.rejected_rows]).toEqual([200, 1]);
  });
});

describe('refused is a file', () => {
  const ragged = { code: 'SH_INPUT_RAGGED' };

  test('of which more than one record in a hundred is ragged', async () => {
    const lines = [...rows(196), '1', '2,', '3'];
    await expect(shop.ingestText(csv(lines))).rejects.toMatchObject({ ...ragged, parameters: { line: 198 } });
    expect((await shop.ingestText(csv([...rows(198), '1', '2']))).report.rejected_rows).toBe(2);
  });

  test('that breaks off in its last record', async () => {
    const cut = csv([...rows(300), '301']).trimEnd();
    await expect(shop.ingestText(cut)).rejects.toMatchObject({ ...ragged, parameters: { line: 302 } });
  });

  test('most of whose first records are ragged, without reading the rest of it', async () => {
    const lines = [...rows(10), ...rows(1500).map((line) => `${line},${'z'.repeat(4000)}`)];
    const notRead = Buffer.from([0x31, 0x2c, 0xff, 0x0a]);
    const content = Buffer.concat([Buffer.from(csv(lines)), notRead]);
    await expect(shop.ingestText(content)).rejects.toMatchObject({ ...ragged, parameters: { line: 12 } });
  });
});
