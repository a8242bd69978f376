import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './run/command.ts';
import setup, { EXAMPLE_RUN } from './temporary-folder.ts';

type Project = Parameters<typeof setup>[0];

test('where files are watched, the run of the example is made anew after an edit; at the end all is gone', async () => {
  const folder = join(temporaryFolder(), 'all');
  const reruns: Parameters<Project['onTestsRerun']>[0][] = [];
  const remove = setup({
    config: { env: { TMPDIR: folder } } as unknown as Project['config'],
    onTestsRerun: (made) => reruns.push(made),
  });
  mkdirSync(join(folder, EXAMPLE_RUN, 'appdata'), { recursive: true });
  for (const rerun of reruns) await rerun([]);
  expect([existsSync(folder), existsSync(join(folder, EXAMPLE_RUN))]).toEqual([true, false]);
  remove();
  expect(existsSync(folder)).toBe(false);
});
