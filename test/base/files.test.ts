import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  type FileSystem,
  HarnessError,
  realFileSystem,
  renameDurably,
  writeFileAtomic,
} from '../../src/base/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
  return () => rm(folder, { recursive: true });
});

/** A rename that Windows refuses the first `times` times. */
function refusing(times: number, code: string): FileSystem & { refusals: number } {
  const fs = {
    ...realFileSystem,
    refusals: 0,
    rename: (async (from, to) => {
      if (fs.refusals < times) {
        fs.refusals += 1;
        throw Object.assign(new Error(code), { code });
      }
      return rename(from, to);
    }) as typeof rename,
  };
  return fs;
}

test.each(['EPERM', 'EACCES', 'EBUSY'])('FND-07 a rename refused with %s is tried again', async (code) => {
  const fs = refusing(3, code);
  await writeFile(join(folder, 'a'), 'old');
  await writeFileAtomic(join(folder, 'a'), 'new', fs);
  expect(fs.refusals).toBe(3);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['a']);
});

test('FND-02 a rename that never succeeds leaves the old file and no litter', async () => {
  await writeFile(join(folder, 'a'), 'old');
  await expect(writeFileAtomic(join(folder, 'a'), 'new', refusing(1, 'EXDEV'))).rejects.toThrow('EXDEV');
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a']);
});

test('FND-02 a full disk is a clear error that leaves the old file and no litter', async () => {
  await writeFile(join(folder, 'a'), 'old');
  const full: FileSystem = {
    ...realFileSystem,
    open: (async (...args: Parameters<typeof open>) => {
      const file = await open(...args);
      file.sync = () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
      return file;
    }) as typeof open,
  };
  const failed = await writeFileAtomic(join(folder, 'a'), 'new', full).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(HarnessError);
  expect(failed).toMatchObject({ code: 'SH_DISK_FULL', exitCode: 2 });
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a']);
});

test('a folder is renamed whole', async () => {
  await writeFile(join(folder, 'x'), '1');
  await renameDurably(join(folder, 'x'), join(folder, 'y'));
  expect(await readdir(folder)).toEqual(['y']);
});
