import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/base/index.ts';
import { openPackage } from '../../src/ingest/index.ts';
import { writeArchive } from '../../src/pack/index.ts';
import { temporaryFolder } from '../run/command.ts';
import { unpack } from './unpack.ts';

test('files that are too large to be held in memory are packed as they are read: the same bytes each time, readable by any reader', async () => {
  const folder = temporaryFolder();
  const large = join(folder, 'large.bin');
  writeFileSync(large, Buffer.alloc(40 << 20, 'a line of a large table\n'));
  const members = [
    { path: 'first.txt', content: 'first' },
    { path: 'inputs/large.bin', content: { file: large } },
    { path: 'last.txt', content: 'last' },
  ];
  const [one, two] = [join(folder, 'one.zip'), join(folder, 'two.zip')];
  await writeArchive(one, members);
  await writeArchive(two, members);
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  const unpacked = await unpack(readFileSync(one));
  expect([...unpacked.keys()]).toEqual(members.map(({ path }) => path));
  expect(sha256(unpacked.get('inputs/large.bin') ?? '')).toBe(sha256(readFileSync(large)));
  const opened = await openPackage(one, one);
  expect(opened.parts.map(({ bytes, packedBytes }) => bytes === packedBytes)).toEqual([true, true, true]);
  opened.close();
});

test('an archive whose file is gone, or that is not accepted, leaves nothing behind and the old one in its place', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pack.zip');
  const gone = [{ path: 'gone.txt', content: { file: join(folder, 'gone') } }];
  await expect(writeArchive(path, gone)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, 'old');
  const refusing = writeArchive(path, [{ path: 'a.txt', content: 'a' }], async () => {
    throw new Error('not accepted');
  });
  await expect(refusing).rejects.toThrow('not accepted');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['pack.zip']);
});
