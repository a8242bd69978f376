import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { madeBefore } from '../../src/plugin-host/made-before.ts';
import { arm, disarm } from '../crash/arming.ts';

const NAME = `test-${process.pid}`;
const kept = join(import.meta.dirname, '../../node_modules/.cache/statistic-harness/bundles', `${NAME}.json`);
let folder: string;
let made: number;
const make = async () => `code ${(made += 1)}`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'made-before-'));
  writeFileSync(join(folder, 'plugin.ts'), 'one');
  made = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(kept, { force: true });
});

describe('Code that was made before', () => {
  test('is taken while nothing has changed that it is made of', async () => {
    expect(await madeBefore(NAME, folder, make)).toBe('code 1');
    expect(await madeBefore(NAME, folder, make)).toBe('code 1');
    writeFileSync(join(folder, 'notes.txt'), 'no code');
    expect(await madeBefore(NAME, folder, make)).toBe('code 1');
  });

  test('is made anew when a file of code changes, comes or goes, and for another folder', async () => {
    await madeBefore(NAME, folder, make);
    writeFileSync(join(folder, 'plugin.ts'), 'two');
    expect(await madeBefore(NAME, folder, make)).toBe('code 2');
    writeFileSync(join(folder, 'more.json'), '{}');
    expect(await madeBefore(NAME, folder, make)).toBe('code 3');
    rmSync(join(folder, 'more.json'));
    expect(await madeBefore(NAME, folder, make)).toBe('code 4');
    expect(await madeBefore(NAME, undefined, make)).toBe('code 5');
  });

  test.each([
    ['other code', (text: string) => text.replace('code 1', 'code 9')],
    ['half a file', (text: string) => text.slice(0, text.length >> 1)],
    ['another document', () => '[]'],
  ])('is made anew where %s stands in its place', async (_, change) => {
    await madeBefore(NAME, folder, make);
    writeFileSync(kept, change(readFileSync(kept, 'utf8')));
    expect(await madeBefore(NAME, folder, make)).toBe('code 2');
  });

  test('is not kept where making it fails', async () => {
    const fail = () => Promise.reject(new Error('no code'));
    await expect(madeBefore(NAME, folder, fail)).rejects.toThrow('no code');
    expect(await madeBefore(NAME, folder, make)).toBe('code 1');
  });

  test.each(['EIO', 'ENOSPC', 'EPERM'] as const)(
    'is made each time where it can not be kept (%s), as in an installation that is read-only',
    async (effect) => {
      arm({ at: { name: 'file.creating', nth: 1, effect, times: 2 } });
      try {
        expect(await madeBefore(NAME, folder, make)).toBe('code 1');
        expect(await madeBefore(NAME, folder, make)).toBe('code 2');
      } finally {
        disarm();
      }
      expect(existsSync(kept)).toBe(false);
    },
  );
});
