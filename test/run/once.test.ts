import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './command.ts';
import { once } from './once.ts';

test('all that ask get what one of them made', async () => {
  const folder = temporaryFolder();
  let made = 0;
  const ask = () => once(folder, async () => `made ${++made}`);
  expect(await Promise.all([ask(), ask()])).toEqual(['made 1', 'made 1']);
  expect(await ask()).toBe('made 1');
});

test('where the work fails, all that ask fail', async () => {
  const folder = temporaryFolder();
  const ask = (message: string) => once(folder, () => Promise.reject(new Error(message)));
  await expect(ask('first')).rejects.toThrow('first');
  await expect(ask('second')).rejects.toThrow('first');
});

test('work of a process that died is done by another one, in a place of its own', async () => {
  const folder = temporaryFolder();
  const module = fileURLToPath(new URL('./once.ts', import.meta.url));
  const dies = `import { once } from ${JSON.stringify(module)}; once(process.argv[1], () => process.exit());`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', dies, folder]);
  const places: string[] = [];
  const ask = () => once(folder, async (own) => `made in place ${places.push(own)}`);
  expect(await Promise.all([ask(), ask()])).toEqual(['made in place 1', 'made in place 1']);
  expect(places).toEqual([expect.stringMatching(/2-work$/)]);
});

test('work that takes too long is taken over, and who began it keeps what it made', async () => {
  const folder = temporaryFolder();
  let end = (_said: string): void => undefined;
  const slow = once(folder, () => new Promise((resolve) => (end = resolve)), 100);
  expect(await once(folder, async () => 'second', 100)).toBe('second');
  end('first');
  expect(await slow).toBe('first');
});
