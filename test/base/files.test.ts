import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  asFileError,
  copyTree,
  ensureDirectory,
  type FileSystem,
  HarnessError,
  readBytes,
  realFileSystem,
  removeTree,
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

/** A file system that refuses each operation the first `times` times, as Windows does with files held open. */
function moody(times: number, code: string): FileSystem {
  const refusals = new Map<string, number>();
  const refuse = (name: string): void => {
    const before = refusals.get(name) ?? 0;
    refusals.set(name, before + 1);
    if (before < times) throw Object.assign(new Error(`${code}: ${name}`), { code });
  };
  return Object.fromEntries(
    Object.entries({
      open: realFileSystem.open,
      rename: realFileSystem.rename,
      rm: realFileSystem.rm,
      mkdir: realFileSystem.mkdir,
      cp: realFileSystem.cp,
      readFile: realFileSystem.readFile,
    }).map(([name, operation]) => [
      name,
      async (...args: never[]) => {
        refuse(name);
        return (operation as (...args: never[]) => unknown)(...args);
      },
    ]),
  ) as unknown as FileSystem;
}

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'FND-07 writing, copying, reading and deleting wait for a file that is held open (%s)',
  async (code) => {
    await writeFileAtomic(join(folder, 'a'), 'new', moody(2, code));
    await copyTree(join(folder, 'a'), join(folder, 'b'), moody(2, code));
    expect(String(await readBytes(join(folder, 'b'), moody(2, code)))).toBe('new');
    await removeTree(join(folder, 'a'), moody(2, code));
    expect(await readdir(folder)).toEqual(['b']);
  },
);

test('a folder in a place that takes none is refused, rather than tried for ever', async () => {
  let tries = 0;
  const mkdir = async () => {
    tries += 1;
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  };
  const fs = { ...realFileSystem, mkdir } as unknown as FileSystem;
  await expect(ensureDirectory(join(folder, 'a', 'b'), fs)).rejects.toThrow('ENOENT');
  expect(tries).toBe(1);
  await ensureDirectory(join(folder, 'a', 'b'));
  await ensureDirectory(join(folder, 'a', 'b'), fs);
  expect(await readdir(join(folder, 'a'))).toEqual(['b']);
});

test('FND-07 a report rewritten while readers hold it open is at each moment the old one or the new one, whole', async () => {
  const path = join(folder, 'report.html');
  const texts = ['old', 'new', 'newer'].map((word) => word.repeat(50_000));
  await writeFileAtomic(path, texts[0] ?? '');
  const reader = await open(path, 'r');
  let writing = true;
  const seen = new Set<string>();
  const looking = (async () => {
    while (writing) {
      seen.add(await readFile(path, 'utf8'));
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  for (const text of texts.slice(1)) await writeFileAtomic(path, text, refusing(2, 'EBUSY'));
  writing = false;
  await looking;
  expect([...seen].filter((text) => !texts.includes(text))).toEqual([]);
  expect(String(await reader.readFile())).toBe(texts[0]);
  await reader.close();
  expect(await readdir(folder)).toEqual(['report.html']);
});

test('FND-02 an input/output error is a clear error that names the file, and what is our own bug stays one', async () => {
  await writeFile(join(folder, 'a'), 'old');
  const failed = await writeFileAtomic(join(folder, 'a'), 'new', refusing(1, 'EIO')).catch((e: unknown) => e);
  expect(failed).toMatchObject({ code: 'SH_IO', exitCode: 2 });
  expect(String(failed)).toContain(join(folder, 'a'));
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old');
  const bug = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  expect(asFileError(bug)).toBe(bug);
});
