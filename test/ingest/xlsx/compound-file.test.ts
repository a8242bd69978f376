import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Workshop, workshop } from '../ingesting.ts';
import { compoundFile } from './make-compound-file.ts';

let shop: Workshop;
beforeAll(() => {
  shop = workshop();
});
afterAll(() => shop.remove());

const others = ['DataSpaces', 'Version', 'DataSpaceMap', 'DataSpaceInfo', 'TransformInfo'];

const files: readonly (readonly [string, Buffer, string, string])[] = [
  [
    'a workbook with a password',
    compoundFile([...others, 'EncryptionInfo', 'EncryptedPackage']),
    'SH_INPUT_PASSWORD',
    'has a password',
  ],
  ['an old workbook', compoundFile(['Workbook']), 'SH_INPUT_FORMAT_UNSUPPORTED', 'an old workbook (XLS)'],
  [
    'an old workbook by LibreOffice',
    readFileSync('fixtures/xlsx/old.xls'),
    'SH_INPUT_FORMAT_UNSUPPORTED',
    'an old workbook (XLS)',
  ],
  ['an old document', compoundFile(['WordDocument']), 'SH_INPUT_FORMAT_UNSUPPORTED', '(DOC)'],
  ['a message', compoundFile(['__properties']), 'SH_INPUT_FORMAT_UNSUPPORTED', 'an old office file'],
  [
    'one that is cut off',
    compoundFile(['Workbook']).subarray(0, 600),
    'SH_INPUT_FORMAT_UNSUPPORTED',
    'an old office file',
  ],
];

for (const [what, bytes, code, message] of files) {
  test(`among compound files, ${what} is refused as what it is, and nothing stays of it`, async () => {
    const path = join(shop.folder, 'input.xlsx');
    writeFileSync(path, bytes);
    await expect(shop.ingest([path])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(shop.leftovers()).toEqual([]);
  });
}

test('a directory that goes round in a circle comes to an end', async () => {
  const circle = compoundFile(others);
  circle.writeUInt32LE(2, 512 + 4);
  const path = shop.write('circle.xlsx', circle);
  await expect(shop.ingest([path])).rejects.toMatchObject({ code: 'SH_INPUT_FORMAT_UNSUPPORTED' });
});
