import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, temporaryFolder } from './command.ts';

test('"plugins new --js" writes JavaScript, whose test passes in its folder, outside of this project', async () => {
  const out = join(temporaryFolder(), 'my plugins, ünd more');
  const made = await command(['plugins', 'new', 'gaps', '--out', out, '--type', 'profile', '--js', '--json']);
  expect(JSON.parse(made.out)).toMatchObject({
    files: [
      ...['gaps/README.md', 'gaps/plugin.json', 'gaps/plugin.test.js', 'gaps/plugin.js'],
      ...['package.json', 'tsconfig.json'],
    ],
    warnings: [],
  });
  const tests = spawnSync(
    process.execPath,
    [join(out, 'node_modules/statistic-harness/bin/test-plugins.mjs')],
    {
      cwd: out,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  );
  expect(tests.stdout).toMatch(/pass 2\n/);
  expect(tests.status).toBe(0);
});
