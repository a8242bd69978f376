import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import type { Encoding, IngestOptions } from '../../../src/contract/index.ts';
import { type Workshop, workshop } from '../ingesting.ts';
import { zipOf } from '../pack.ts';

let shop: Workshop;
beforeEach(() => {
  shop = workshop();
});
afterEach(() => shop.remove());

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
const NAMES = 'name,town\nMüller,Köln\nGarcía,Málaga\n';
const READ = [
  ['Müller', 'Köln'],
  ['García', 'Málaga'],
];

async function read(content: string | Uint8Array, options: Partial<IngestOptions> = {}) {
  const { rows, report, done } = await shop.ingestText(content, options);
  const { why: _inTheNotes, ...encoding } = report.encoding ?? {};
  return { rows, encoding, notes: report.notes, report, part: done.parts[0] };
}

describe('a text whose encoding nobody named', () => {
  test('is UTF-8 where it is valid UTF-8, and nothing is said', async () => {
    const { rows, encoding, notes, part } = await read(NAMES);
    expect({ rows, encoding, notes }).toEqual({ rows: READ, encoding: {}, notes: [] });
    expect(part?.reader_version).toBe('csv.2');
    expect(part?.options).not.toHaveProperty('encoding');
  });

  test('is guessed to be windows-1252 where it is not, and a note shows why', async () => {
    const { rows, encoding, notes, part } = await read(latin(NAMES));
    expect(rows).toEqual(READ);
    expect(encoding).toEqual({ name: 'windows-1252', how: 'guess' });
    expect(notes).toEqual([
      'read as windows-1252, a guess: byte 0xFC in line 2 is not UTF-8 (it would be "Müller" in windows-1252); name another with --encoding',
    ]);
    expect(part?.reader_version).toBe('decode.1/csv.2');
  });

  test('is UTF-16 where its byte order mark says so, as Excel writes "Unicode text"', async () => {
    const excel = `\ufeff${NAMES.replaceAll(',', '\t').replaceAll('\n', '\r\n')}`;
    for (const [name, bytes] of [
      ['utf-16le', wide(excel)],
      ['utf-16be', wide(excel).swap16()],
    ] as const) {
      const { rows, encoding, notes, report } = await read(bytes);
      expect({ rows, encoding, notes }).toEqual({ rows: READ, encoding: { name, how: 'mark' }, notes: [] });
      expect(report.dialect).toMatchObject({ delimiter: '\t', line_ending: 'crlf', byte_order_mark: true });
    }
  });

  test('is guessed to be UTF-16 where every other byte is NUL', async () => {
    const { rows, encoding, notes } = await read(wide(NAMES).swap16());
    expect({ rows, encoding }).toEqual({ rows: READ, encoding: { name: 'utf-16be', how: 'guess' } });
    expect(notes.join()).toContain('read as utf-16be, a guess: every other byte of its beginning is NUL');
  });

  const PAD = `${'x'.repeat(99)},y\n`.repeat(11_000);

  test('is guessed late where its first MiB is ASCII, with the same note', async () => {
    const { rows, encoding, notes } = await read(latin(`name,town\n${PAD}Müller,Köln\n`));
    expect(rows.at(-1)).toEqual(['Müller', 'Köln']);
    expect(encoding).toEqual({ name: 'windows-1252', how: 'guess' });
    expect(notes[0]).toContain('byte 0xFC in line 11002 is not UTF-8 (it would be "Müller" in windows-1252)');
    expect(readdirSync(shop.paths.temporary)).toEqual([]);
  });

  test.each(['', PAD])(
    'is refused as damaged UTF-8 where most of what is beyond ASCII is UTF-8',
    async (pad) => {
      const damaged = Buffer.concat([
        Buffer.from(`name,town\n${pad}`),
        latin('M\xfc,x\n'),
        Buffer.from(NAMES),
      ]);
      const problem = {
        code: 'SH_INPUT_ENCODING',
        hint: expect.stringContaining('--encoding'),
        parameters: {
          encoding: 'utf-8',
          reason: expect.stringMatching(/^byte 0xFC in line \d+ is not UTF-8/),
        },
      };
      await expect(shop.ingestText(damaged)).rejects.toMatchObject(problem);
      expect(shop.leftovers()).toEqual([]);
    },
  );

  test.each(['', PAD])(
    'is refused where a byte of it is no character of windows-1252 either',
    async (pad) => {
      const text = latin(`name,town\n${pad}M\xfcller,x\n\x81,y\n`);
      await expect(shop.ingestText(text)).rejects.toMatchObject({
        code: 'SH_INPUT_ENCODING',
        parameters: { reason: expect.stringContaining('byte 0xFC in line') },
      });
      expect(shop.leftovers()).toEqual([]);
    },
  );

  test('has the same part whenever it is read, and another one where its encoding was named', async () => {
    const bytes = latin(NAMES);
    const [named, guessed, again] = [
      await read(bytes, { encoding: 'windows-1252' }),
      await read(bytes),
      await read(bytes),
    ];
    expect(again.part?.part_id).toBe(guessed.part?.part_id);
    expect(named.part?.part_id).not.toBe(guessed.part?.part_id);
    expect(named.part?.rows_sha256).toBe(guessed.part?.rows_sha256);
    expect([named.notes, again.notes]).toEqual([[], guessed.notes]);
  });
});

describe('an encoding that was named', () => {
  test('decides what the bytes mean', async () => {
    const bytes = Buffer.from('name,town\nM\x81ller,K\x94ln\n', 'latin1');
    const { rows, encoding, part, notes } = await read(bytes, { encoding: 'cp850' });
    expect({ rows, encoding, notes }).toEqual({
      rows: [['Müller', 'Köln']],
      encoding: { name: 'cp850', how: 'named' },
      notes: [],
    });
    expect(part?.options.encoding).toBe('cp850');
  });

  test('makes no other part where it is UTF-8 and so is the text', async () => {
    const [named, found] = [await read(NAMES, { encoding: 'utf-8' }), await read(NAMES)];
    expect(named.part).toEqual(found.part);
  });

  test('leaves no room for a guess', async () => {
    await expect(shop.ingestText(latin(NAMES), { encoding: 'utf-8' })).rejects.toMatchObject({
      code: 'SH_INPUT_ENCODING',
      parameters: { encoding: 'utf-8' },
    });
  });

  test('is doubted where the text is valid UTF-8', async () => {
    const { rows, notes } = await read(NAMES, { encoding: 'windows-1252' });
    expect(rows[0]).toEqual(['MÃ¼ller', 'KÃ¶ln']);
    expect(notes).toEqual(['windows-1252 was named as its encoding, but its beginning is valid UTF-8']);
  });

  test.each<[string, Uint8Array, Encoding, string]>([
    ['a byte order mark of UTF-16', wide(`\ufeff${NAMES}`), 'windows-1252', 'says utf-16le'],
    ['the mark of the other UTF-16', wide(`\ufeff${NAMES}`), 'utf-16be', 'says utf-16le'],
    ['a byte order mark of UTF-8', Buffer.from(`\ufeff${NAMES}`), 'iso-8859-1', 'says utf-8'],
  ])('is refused against %s', async (_, bytes, encoding, reason) => {
    await expect(shop.ingestText(bytes, { encoding })).rejects.toMatchObject({
      code: 'SH_INPUT_ENCODING',
      parameters: { encoding, reason: expect.stringContaining(reason) },
    });
    expect(shop.leftovers()).toEqual([]);
  });

  test('says nothing of files that are no text', async () => {
    const workbook = shop.write('x.xlsx', '');
    await writeXlsxFile([
      ['name', 'town'].map((value) => ({ value })),
      ['Müller', 'Köln'].map((value) => ({ value })),
    ]).toFile(workbook);
    const text = shop.write('y.csv', latin('name,town\nGarcía,Málaga\n'));
    const { reports, parts } = await shop.ingest([workbook, text], { encoding: 'windows-1252' });
    expect(reports.map(({ encoding }) => encoding?.how)).toEqual([undefined, 'named']);
    expect(parts.map(({ options }) => options.encoding)).toEqual([undefined, 'windows-1252']);
  });
});

describe('a hostile text', () => {
  const named = (content: Uint8Array, encoding?: Encoding) =>
    shop.ingestText(content, encoding && { encoding });
  const lone = Buffer.concat([
    wide(`\ufeffa,b\n${'1,2\n'.repeat(600_000)}x,`),
    Buffer.from('3dd8', 'hex'),
    wide('\n'),
  ]);

  test.each<[string, () => Promise<unknown>, string, string]>([
    [
      'UTF-16 that is cut off',
      () => named(wide(`\ufeff${NAMES}`).subarray(0, -3)),
      'SH_INPUT_ENCODING',
      'line 3',
    ],
    [
      'a lone surrogate far behind',
      () => named(lone),
      'SH_INPUT_ENCODING',
      '0xD83D, in line 600002 stands alone',
    ],
    ['NULs in UTF-16', () => named(wide('\ufeffa,b\n1,\0\n')), 'SH_INPUT_BINARY', 'NUL'],
    ['NULs in windows-1252', () => named(latin('a,b\n\xfc,\0\n')), 'SH_INPUT_BINARY', 'NUL'],
    [
      'NULs where an encoding is named',
      () => named(latin('a,b\n\xfc,\0\n'), 'cp850'),
      'SH_INPUT_BINARY',
      'NUL',
    ],
    [
      'UTF-8 that is said to be UTF-16',
      () => named(Buffer.from('a,b\n1,2\n3,4\n5'), 'utf-16le'),
      'SH_INPUT_ENCODING',
      'cut off',
    ],
  ])('%s is refused, and leaves nothing', async (_, ingest, code, reason) => {
    await expect(ingest()).rejects.toMatchObject({
      code,
      parameters: { reason: expect.stringContaining(reason) },
    });
    expect(shop.leftovers()).toEqual([]);
  });

  test('a cell of many blocks is decoded whole', async () => {
    const cell = 'é€'.repeat(1 << 20);
    const { rows } = await read(wide(`\ufeffa,b\n1,${cell}\n`));
    expect(rows[0]?.[1] === cell).toBe(true);
  });
});

test('JSON, JSON lines and packed files are decoded like CSV, and lines stay those of the file', async () => {
  const lines = latin('{"name":"Müller"}\n{"name":\n{"name":"García"}\n');
  const { reports } = await shop.ingest([shop.write('x.jsonl.gz', gzipSync(lines))]);
  expect(reports[0]).toMatchObject({
    encoding: { name: 'windows-1252', how: 'guess' },
    container: { bytes: lines.length },
    rejected_records: [{ source_line: 2 }],
  });
  const json = wide('\ufeff[{"name":"Müller"},\n{"name":"García"}]');
  const done = await shop.ingest([shop.write('x.zip', await zipOf({ 'x.json': json }))]);
  expect(done.reports[0]).toMatchObject({
    encoding: { name: 'utf-16le', how: 'mark' },
    container: { entry: 'x.json', bytes: json.length },
    row_count: 2,
  });
});

test('a month in another encoding goes behind a table in UTF-8', async () => {
  const files = [shop.write('jan.csv', NAMES), shop.write('feb.csv', latin('name,town\nGröß,Ulm\n'))];
  const { parts, reports } = await shop.ingest(files);
  expect(parts.map(({ reader_version }) => reader_version)).toEqual(['csv.2', 'decode.1/csv.2']);
  expect(reports.map(({ encoding }) => encoding?.name)).toEqual([undefined, 'windows-1252']);
});
