import { chmodSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IngestOptions } from '../../src/contract/index.ts';
import { storePart } from '../../src/ingest/part-store.ts';
import { AUTO, query, type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeEach(() => {
  shop = workshop();
});
afterEach(() => shop.remove());

const latin1 = Buffer.from('name,n\ncaf\u00e9,1\n', 'latin1');
const utf16 = Buffer.from('\ufeffa,b\n1,2\n', 'utf16le');

const refused: readonly (readonly [
  string,
  string | Uint8Array,
  string,
  Record<string, unknown>,
  Partial<IngestOptions>?,
])[] = [
  ['an empty file', '', 'SH_INPUT_EMPTY', {}],
  ['a header without rows', 'a,b\n', 'SH_INPUT_NO_ROWS', { columns: 2 }],
  [
    'a row with too many cells',
    'a,b\n1,2\n3,4,5\n',
    'SH_INPUT_RAGGED',
    { line: 3, found: 3, expected: 2, text: '3,4,5' },
  ],
  [
    'a row with too few cells',
    'a,b,c\n1,2,3\n\n4,5\n',
    'SH_INPUT_RAGGED',
    { line: 4, found: 2, expected: 3 },
  ],
  ['a quote that is never closed', 'a,b\n1,"2\n3,4\n', 'SH_INPUT_MALFORMED', { format: 'CSV' }],
  ['text behind a closing quote', 'a,b\n1,"2" x\n', 'SH_INPUT_MALFORMED', { format: 'CSV' }],
  [
    'a byte that is neither UTF-8 nor windows-1252',
    Buffer.from(latin1.with(8, 0x81)),
    'SH_INPUT_ENCODING',
    {},
  ],
  ['Latin-1 that is said to be UTF-8', latin1, 'SH_INPUT_ENCODING', {}, { encoding: 'utf-8' }],
  ['UTF-16 that is cut off', utf16.subarray(0, -1), 'SH_INPUT_ENCODING', { encoding: 'utf-16le' }],
  ['NUL bytes', 'a,b\n1,\u0000\n', 'SH_INPUT_BINARY', {}],
  ['half a zip archive', Buffer.from('504b0304140000000800', 'hex'), 'SH_INPUT_DAMAGED', {}],
  ['half a gzip file', Buffer.from('1f8b080000000000', 'hex'), 'SH_INPUT_DAMAGED', {}],
  ['a JSON array that is cut off', '[{"a": 1},\n{"a": ', 'SH_INPUT_MALFORMED', { format: 'JSON' }],
  ['JSON without a value', '[{}]', 'SH_INPUT_MALFORMED', { format: 'JSON' }],
  ['a PDF', '%PDF-1.7\n', 'SH_INPUT_FORMAT_UNSUPPORTED', { format: 'a PDF' }],
  ['a truncated Parquet file', 'PAR1 and then nothing', 'SH_INPUT_MALFORMED', { format: 'Parquet' }],
  [
    'a CSV that is said to be Parquet',
    'a,b\n1,2\n',
    'SH_INPUT_MALFORMED',
    { format: 'Parquet' },
    { format: 'parquet' },
  ],
];

describe('what can not be read is refused and leaves nothing behind', () => {
  for (const [what, content, code, parameters, options] of refused) {
    test(`${what}: ${code}`, async () => {
      const path = shop.write('input.csv', content);
      await expect(shop.ingest([path], options)).rejects.toMatchObject({
        code,
        parameters: { path, ...parameters },
      });
      expect(shop.leftovers()).toEqual([]);
    });
  }

  test('a missing file and a directory', async () => {
    await expect(shop.ingest([join(shop.folder, 'none.csv')])).rejects.toMatchObject({
      code: 'SH_INPUT_NOT_FOUND',
    });
    mkdirSync(join(shop.folder, 'folder'));
    await expect(shop.ingest([join(shop.folder, 'folder')])).rejects.toMatchObject({
      code: 'SH_INPUT_IS_DIRECTORY',
    });
    expect(shop.leftovers()).toEqual([]);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'a file without read permission',
    async () => {
      const path = shop.write('secret.csv', 'a,b\n1,2\n');
      chmodSync(path, 0);
      await expect(shop.ingest([path])).rejects.toMatchObject({ code: 'SH_INPUT_UNREADABLE' });
      expect(shop.leftovers()).toEqual([]);
    },
  );

  test('an encoding error far behind names the line', async () => {
    const good = 'caf\u00e9,1\n'.repeat(700_000);
    const path = shop.write('late.csv', Buffer.concat([Buffer.from(`a,b\n${good}`), latin1.subarray(7)]));
    const problem = {
      code: 'SH_INPUT_ENCODING',
      parameters: { reason: expect.stringContaining('line 700002') },
    };
    await expect(shop.ingest([path])).rejects.toMatchObject(problem);
    expect(shop.leftovers()).toEqual([]);
  });

  test('a second file with other columns takes the first one with it', async () => {
    const files = [shop.write('a.csv', 'a,b\n1,2\n'), shop.write('b.csv', 'a,c\n1,2\n')];
    await expect(shop.ingest(files)).rejects.toMatchObject({ code: 'SH_INPUT_SCHEMA_DIFFERS' });
    expect(shop.leftovers()).toEqual([]);
  });

  test('a refusal leaves what was there before', async () => {
    const good = shop.write('good.csv', 'a,b\n1,2\n');
    await shop.ingest([good]);
    const before = shop.leftovers();
    const bad = shop.write('bad.csv', 'a,b\n1,2,3\n');
    await expect(shop.ingest([good, bad])).rejects.toMatchObject({ code: 'SH_INPUT_RAGGED' });
    expect(shop.leftovers()).toEqual(before);
  });
});

describe('a failure between the steps', () => {
  test('while the part is written leaves no part', async () => {
    const identity = {
      upload_sha256: `sha256:${'0'.repeat(64)}`,
      options: AUTO,
      reader_version: 'x',
    } as const;
    const dying = storePart(shop.paths, identity, async (_folder, parquet) => {
      await query(`COPY (SELECT 1 AS row_number) TO '${parquet}' (FORMAT parquet)`);
      throw new Error('power cut');
    });
    await expect(dying).rejects.toThrow('power cut');
    expect(shop.leftovers()).toEqual([]);
  });

  test('in the middle of the temporary files of a part that died is no part for the next', async () => {
    const path = shop.write('a.csv', 'a,b\n1,2\n');
    mkdirSync(join(shop.paths.temporary, 'part-dead', 'part'), { recursive: true });
    const { version } = await shop.ingest([path]);
    expect(version.row_count).toBe(1);
  });

  test('a part cut short afterwards is noticed when its file comes again, and made again from it', async () => {
    const path = shop.write('a.csv', 'a,b\n1,2\n');
    const { version } = await shop.ingest([path]);
    const [part] = version.parts;
    if (part === undefined) throw new Error('no part');
    const parquet = join(shop.paths.part(part), 'part.parquet');
    const before = readFileSync(parquet);
    truncateSync(parquet, 10);
    await shop.ingest([path]);
    expect(readFileSync(parquet)).toEqual(before);
  });
});
