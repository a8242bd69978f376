import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appPaths, sha256 } from '../../src/base/index.ts';
import { type AnswerFile, answerFile, type EngineIdentity } from '../../src/pipeline/index.ts';

const ENGINE: EngineIdentity = {
  version: '0',
  codeSha256: sha256('code'),
  duckdb: 'v1',
  deno: 'd',
  node: 'n',
};
const VERSION = sha256('a dataset version');
const KEYS = [sha256('one'), sha256('two'), sha256('three')] as const;
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'answer-file-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function inFile<T>(use: (file: AnswerFile) => Promise<T>, engine = ENGINE, reuse = true): Promise<T> {
  const file = answerFile(appPaths(root), VERSION, { engine, reuse });
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

const put = (...answers: string[]) =>
  inFile(async (file) => {
    await Promise.all(answers.map((answer, i) => file.put(KEYS[i] ?? KEYS[0], answer)));
  });
const all = (engine = ENGINE, reuse = true) =>
  inFile((file) => Promise.all(KEYS.map((key) => file.get(key))), engine, reuse);

async function onlyFile(): Promise<string> {
  const [name = ''] = await readdir(join(root, 'cache', 'answers'));
  return join(root, 'cache', 'answers', name);
}

describe('a file of answers', () => {
  test('gives back what was put, in this run and later ones', async () => {
    expect(await all()).toEqual([undefined, undefined, undefined]);
    await put('{"a":1}', 'žluťoučký\nkůň');
    expect(await all()).toEqual(['{"a":1}', 'žluťoučký\nkůň', undefined]);
    await inFile((file) => file.put(KEYS[2], ''));
    expect(await all()).toEqual(['{"a":1}', 'žluťoučký\nkůň', '']);
  });

  test('is not made before something is asked', async () => {
    await inFile(async () => undefined);
    await expect(readdir(join(root, 'cache'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('counts an altered answer as absent, and takes it anew', async () => {
    await put('first', 'second');
    const path = await onlyFile();
    const bytes = await readFile(path, 'latin1');
    await writeFile(path, bytes.replace('first', 'fjrst'), 'latin1');
    expect(await all()).toEqual([undefined, 'second', undefined]);
    await inFile(async (file) => {
      await file.get(KEYS[0]);
      await file.put(KEYS[0], 'first');
    });
    expect(await all()).toEqual(['first', 'second', undefined]);
  });

  test.each([1, 3, 60, 150])(
    'torn off %d bytes before its end keeps what is whole, and goes on',
    async (torn) => {
      await put('first', 'second');
      const path = await onlyFile();
      const bytes = await readFile(path);
      await writeFile(path, bytes.subarray(0, bytes.length - torn));
      expect(await all()).toEqual(['first', undefined, undefined].map((a) => (torn > 147 ? undefined : a)));
      await inFile((file) => file.put(KEYS[2], 'third'));
      expect((await all())[2]).toBe('third');
    },
  );

  test('filled with something else is started anew', async () => {
    await put('first');
    await writeFile(await onlyFile(), 'not a header at all');
    await put('first');
    expect(await all()).toEqual(['first', undefined, undefined]);
  });

  test('says nothing to another engine, and is written anew where nothing is to be reused', async () => {
    await put('first');
    expect(await all({ ...ENGINE, codeSha256: sha256('other code') })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await all({ ...ENGINE, duckdb: 'v2' })).toEqual([undefined, undefined, undefined]);
    expect((await all())[0]).toBe('first');
    expect(await all(ENGINE, false)).toEqual([undefined, undefined, undefined]);
    expect(await all()).toEqual([undefined, undefined, undefined]);
  });

  test('begins anew when it is nearly full', async () => {
    await put('first');
    await truncate(await onlyFile(), 120 * 2 ** 20);
    expect((await all())[0]).toBeUndefined();
    await put('first');
    expect((await stat(await onlyFile())).size).toBeLessThan(1000);
  });

  test('makes room: of the files of other tables those written longest ago go', async () => {
    const folder = join(root, 'cache', 'answers');
    await mkdir(folder, { recursive: true });
    for (const [name, year] of [
      ['old', 2020],
      ['newer', 2022],
      ['newest', 2024],
    ] as const) {
      await writeFile(join(folder, name), '');
      await truncate(join(folder, name), 150 * 2 ** 20);
      await utimes(join(folder, name), year, year);
    }
    await put('first');
    expect((await readdir(folder)).filter((name) => name.length < 10).sort()).toEqual(['newer', 'newest']);
  });

  test('takes no answer that is too large', async () => {
    await put('x'.repeat(9 * 2 ** 20), 'small');
    expect(await all()).toEqual([undefined, 'small', undefined]);
  });
});
