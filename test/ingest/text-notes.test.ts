import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Workshop, workshop } from './ingesting.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

/** The notes on one column called `v`, beside a column of text. */
async function notesOn(cells: readonly string[], type?: string, delimiter = ','): Promise<readonly string[]> {
  const lines = cells.map((cell) => `x${delimiter}${/[,;"]/.test(cell) ? `"${cell}"` : cell}`);
  const types: Record<string, string> = type === undefined ? {} : { v: type };
  const { report } = await shop.ingestText(`k${delimiter}v\n${lines.join('\n')}\n`, {
    types,
    header: 'yes',
    delimiter,
  });
  return report.notes;
}

const told: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    'currency signs',
    ['$9.99', '-$1.50', 'free', '$3'],
    [
      '3 of 4 cells are numbers',
      'currency sign (first "$9.99" in row 1)',
      '1 is not: "free" in row 3',
      'in the file',
    ],
  ],
  [
    'currency behind',
    ['9,99 €', '1.188,05 €', 'EUR 5'],
    ['3 of 3 cells', 'currency sign (first "9,99 €" in row 1)'],
  ],
  ['percent signs', ['12%', '13.5 %'], ['2 of 2 cells are numbers', 'percent sign (first "12%" in row 1)']],
  [
    'units',
    ['5 kg', '7.5 kg', '12'],
    ['3 of 3 cells', '2 of them with a unit behind (first "5 kg" in row 1)'],
  ],
  [
    'accounting parentheses',
    ['(1,234.50)', '3', '2-'],
    ['2 of them with parentheses or a sign behind for a minus'],
  ],
  ['apostrophes between thousands', ["1'234'567", "2'000"], ['blanks or apostrophes between thousands']],
  [
    'leading zeros',
    ['007', '012', '5'],
    ['2 of them with zeros in front', '--type "v=integer"', 'if they are not codes'],
  ],
  [
    'blanks around',
    [' 1.5', '2 '],
    ['2 of them with blanks around (first " 1.5" in row 1)', '--type "v=decimal"'],
  ],
  [
    'a few odd texts',
    ['1', '2', 'three', '4', 'five', '6', '7'],
    ['5 of 7 cells are numbers; 2 are not, the first "three" in row 3; kept as text', '--type "v=integer"'],
  ],
  [
    'an odd text in front',
    ['unknown', '1', '2.5'],
    [
      '2 of 3 cells are numbers; 1 is not: "unknown" in row 1',
      '--type "v=decimal"',
      '1 cell becomes missing',
    ],
  ],
  [
    'commas of two readings',
    ['9,99', '1,234'],
    ['1 of them with a decimal comma', '--type "v=decimal(comma)"'],
  ],
  [
    'dates of unknown order',
    ['1/2/2025', '3/4/2025'],
    [
      '2 of 2 cells are dates',
      '--type "v=date(dmy)" reads the day first',
      '--type "v=date(mdy)" reads the month first',
    ],
  ],
  [
    'times of unknown order',
    ['1/2/2025 9:05', '3/4/2025 10:00'],
    ['--type "v=timestamp(dmy)"', '"v=timestamp(mdy)"'],
  ],
  [
    'dates of known order with a text',
    ['31/1/2025', 'soon', '1/2/2025'],
    ['--type "v=date(dmy)"', '"soon" in row 2'],
  ],
  [
    'dates of both orders',
    ['31/1/2025', '1/31/2025'],
    ['v=date(dmy)', 'what has the other order becomes missing'],
  ],
  [
    'dates written year first, but for one and a day that there is not',
    ['2024-01-15', '2024-02-30', '2024-01-16', '03/05/2025'],
    [
      '3 of 4 cells are dates; 1 is not: "2024-02-30" in row 2',
      '--type "v=date" reads the 2 written year first; 2 cells become missing. To read the other date as well: --type "v=date(dmy)"',
      '; 1 cell becomes missing',
    ],
  ],
  ['short years', ['1/2/25', '3/4/25'], ['2 of 2 cells are dates', 'write them as 2025-01-31']],
  [
    'true and false with a text',
    ['true', 'FALSE', 'maybe'],
    ['2 of 3 cells are true or false', '"v=boolean"'],
  ],
];

describe('what is kept as text although most of it looks like something else gets a note', () => {
  let notes: readonly string[];
  beforeAll(async () => {
    const height = Math.max(...told.map(([, cells]) => cells.length));
    const rows = Array.from({ length: height }, (_, row) => told.map(([, cells]) => `"${cells[row] ?? ''}"`));
    const unquoted = rows.map((row) => row.map((cell) => (cell === '""' ? '' : cell)).join());
    const { report } = await shop.ingestText(
      `${told.map((_, i) => `v${i}`).join()}\n${unquoted.join('\n')}\n`,
    );
    notes = report.notes;
  });
  told.forEach(([what, , parts], i) => {
    test(what, () => {
      const own = notes.filter((note) => note.includes(`column "v${i}"`));
      expect(own).toHaveLength(1);
      for (const part of parts) expect(own[0]).toContain(part.replaceAll('v=', `v${i}=`));
    });
  });

  test('commas of a semicolon file, with both ways to read them', async () => {
    const [note] = await notesOn(['1,234', '5,678'], undefined, ';');
    expect(note).toContain('may separate thousands or decimals');
    expect(note).toContain('--type "v=integer" reads 1,234 as 1234, --type "v=decimal(comma)" as 1.234');
  });

  test('the type that a note names for ambiguous dates reads them', async () => {
    expect(await notesOn(['1/2/2025', '3/4/2025'], 'date(dmy)')).toEqual([]);
    expect(await notesOn(['1/2/2025 9:05', '3/4/2025 10:00'], 'timestamp(mdy)')).toEqual([]);
  });

  test('decimal commas that are read say so', async () => {
    expect(await notesOn(['9,99', '1'])).toEqual([
      'column "v": commas are read as decimal signs, as in "9,99" in row 1',
    ]);
  });

  test('plain text, with a number here and there, gets none; nor does text that was asked for', async () => {
    expect(await notesOn(['SO-1', 'A1', '12', 'North', '3rd floor'])).toEqual([]);
    expect(await notesOn(['007', '$5'], 'text')).toEqual([]);
  });
});

describe('markers in a column of text', () => {
  test('are values, counted in a note', async () => {
    expect(await notesOn(['OK', 'N/A', '-', 'N/A'])).toEqual([
      'text column "v" holds 3 cells that read N/A (2), - (1): they are values, not missing',
    ]);
    expect(await notesOn(['OK', 'done', 'null'])).toEqual([
      'text column "v" holds 1 cell that reads null: it is a value, not missing',
    ]);
  });

  test('of numbers are missing, without such a note', async () => {
    expect(await notesOn(['1', 'N/A'])).toEqual([]);
  });
});

describe('a forced type', () => {
  test('that no cell fits is refused and leaves nothing behind', async () => {
    const fresh = workshop();
    try {
      const path = fresh.write('t.csv', 'id,product\n1,Chair\n2,N/A\n3,\n');
      await expect(fresh.ingest([path], { types: { product: 'integer' } })).rejects.toMatchObject({
        code: 'SH_INPUT_TYPE_FITS_NOTHING',
        exitCode: 2,
        parameters: { path, column: 'product', type: 'integer', example: 'Chair', row: 1 },
      });
      expect(fresh.leftovers()).toEqual([]);
    } finally {
      fresh.remove();
    }
  });

  test('of a column without any value is taken', async () => {
    expect(await notesOn(['', 'N/A'], 'integer')).toEqual([]);
  });

  test('that some cells do not fit says so before all else', async () => {
    const [first] = await notesOn(['1.5', 'x', '', 'N/A', 'y'], 'decimal');
    expect(first).toBe(
      '--type v=decimal: 2 of 3 cells did not fit and are missing now (the first: "x" in row 2); see rejected',
    );
  });
});

describe('a delimiter that was asked for', () => {
  test('and leaves one column where another gives several is doubted', async () => {
    const { report } = await shop.ingestText('a,b,c\n1,2,3\n4,5,6\n', { delimiter: ';' });
    expect(report.notes[0]).toBe(
      "--delimiter ';' leaves a single column, while ',' would give 3 in every line",
    );
  });

  test('is not doubted where no other splits every line alike', async () => {
    const { report } = await shop.ingestText('text\na, b\nc\nd, e, f\n', { delimiter: ';' });
    expect(report.notes.join()).not.toContain('--delimiter');
  });
});
