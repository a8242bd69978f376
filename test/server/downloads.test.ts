import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/base/index.ts';
import { Downloads } from '../../src/server/downloads.ts';

const downloads = new Downloads(systemClock);
afterAll(() => downloads.close());

async function made(): Promise<string> {
  return downloads.make('run.zip', async (path) => {
    writeFileSync(path, 'zip');
    return path;
  });
}

const offer = (path: string) =>
  downloads.offer('run.zip', { path, bytes: 3, sha256: 'sha256:0' }).download.split('/').at(-1) ?? '';

test('what is not fetched goes when others come; what a server left behind a day ago goes with the first', async () => {
  const left = join(tmpdir(), `stat-harness-downloads-left-${process.pid}`);
  mkdirSync(left);
  utimesSync(left, 0, 0);
  const first = await made();
  expect(existsSync(left)).toBe(false);
  const id = offer(first);
  for (let i = 0; i < 8; i++) offer(await made());
  await vi.waitFor(() => expect(existsSync(first)).toBe(false));
  expect(() => downloads.take(id)).toThrow(expect.objectContaining({ code: 'SH_DOWNLOAD_UNKNOWN' }));
});

test('what nobody fetches within an hour goes', async () => {
  const path = await made();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const id = offer(path);
  vi.advanceTimersByTime(60 * 60 * 1000 - 1);
  expect(existsSync(path)).toBe(true);
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  expect(() => downloads.take(id)).toThrow(expect.objectContaining({ code: 'SH_DOWNLOAD_UNKNOWN' }));
  await vi.waitFor(() => expect(existsSync(path)).toBe(false));
});

test('what is fetched goes with its folder', async () => {
  const path = await made();
  const { content } = downloads.take(offer(path));
  content.resume();
  await vi.waitFor(() => expect(existsSync(join(path, '..'))).toBe(false));
});

test('of a file that could not be made nothing is left, whatever was written of it', async () => {
  let half = '';
  const making = downloads.make('run.zip', async (path) => {
    half = path;
    writeFileSync(path, 'z');
    throw new Error('no room');
  });
  await expect(making).rejects.toThrow('no room');
  await vi.waitFor(() => expect(existsSync(join(half, '..'))).toBe(false));
});
