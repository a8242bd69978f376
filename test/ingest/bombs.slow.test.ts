import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { filesBelow, start, temporaryFolder } from '../run/command.ts';
import { zipOf } from './pack.ts';
import { workbookParts } from './xlsx/make-workbook.ts';

const MiB = 1 << 20;
/** What a database and its logs take in an appdata without data, and the upload itself. */
const NOTHING = 2 * MiB;

/** The command line on a file, and the most bytes that were seen below its appdata, looked at all the time. */
async function ingested(name: string, content: Uint8Array) {
  const folder = temporaryFolder();
  const [path, appdata] = [join(folder, name), join(folder, 'appdata')];
  writeFileSync(path, content);
  const { ended } = start(['ingest', path, '--json', '--quiet', '--appdata', appdata]);
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, bytesBelow(appdata));
  }, 5);
  const done = await ended;
  clearInterval(look);
  return { ...done, most: Math.max(most, bytesBelow(appdata)), left: filesBelow(appdata) };
}

/** Bytes of the files in a folder; of one that goes meanwhile, none. */
function bytesBelow(folder: string): number {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce(
        (sum, { parentPath, name }) =>
          sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      );
  } catch {
    return 0;
  }
}

const rows = Buffer.alloc(64 * MiB, 'a,b\n');
const { 'xl/worksheets/sheet1.xml': sheet = '', ...parts } = workbookParts({ rows: [['a'], [1]] });
const cells = Buffer.alloc(64 * MiB, '<row><c><v>1</v></c></row>');
const swollen = Buffer.concat([
  Buffer.from(sheet.toString().replace('</sheetData>', '')),
  cells.subarray(0, cells.length - (cells.length % 26)),
]);

test.each<[string, () => Promise<Uint8Array> | Uint8Array, number]>([
  ['bomb.zip', () => zipOf({ 'a.csv': rows }), NOTHING],
  ['bomb.xlsx', () => zipOf({ ...parts, 'xl/worksheets/sheet1.xml': swollen }), NOTHING],
  // its length stands nowhere: what is always allowed (16 MiB) and one block are unpacked, however much it holds
  ['bomb.csv.gz', () => Buffer.concat(new Array<Buffer>(40).fill(gzipSync(rows))), 17 * MiB + NOTHING],
])('%s is refused at once: hardly anything of it is ever unpacked', async (name, make, bound) => {
  const { code, out, err, most, left } = await ingested(name, await make());
  expect(code).toBe(2);
  expect(out + err).toContain('SH_INPUT_BOMB');
  expect(most).toBeLessThan(bound);
  expect(left.filter((path) => /^(quarantine|tmp|blobs|parts|datasets)\b/.test(path))).toEqual([]);
  if (name.endsWith('.gz')) expect(out + err).toMatch(/unpacks from \d+ KiB to more than 17\.0 MiB/);
});
