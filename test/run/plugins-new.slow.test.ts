import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import { command, filesBelow, readJson, root, run, temporaryFolder } from './command.ts';

const node = (folder: string, script: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(folder, 'node_modules/statistic-harness', script), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });

test('EXT-02: what "plugins new" writes passes its types and its tests in its folder, outside of this project, and finds something in a run', async () => {
  const out = join(temporaryFolder(), 'my plugins, ünd more');
  await command(['plugins', 'new', 'top_share', '--out', out]);
  const made = await command(['plugins', 'new', 'gaps', '--out', out, '--type', 'profile', '--js', '--json']);
  expect(JSON.parse(made.out)).toMatchObject({
    files: ['gaps/README.md', 'gaps/plugin.json', 'gaps/plugin.test.js', 'gaps/plugin.js'],
    warnings: [],
  });
  expect(filesBelow(join(out, 'top_share'))).toEqual([
    'README.md',
    'plugin.json',
    'plugin.test.ts',
    'plugin.ts',
  ]);

  const types = node(out, 'node_modules/typescript/bin/tsc', '-p', '.');
  expect(types.stdout + types.stderr).toBe('');
  const tests = node(out, 'bin/test-plugins.mjs');
  expect(tests.stdout).toMatch(/pass 5\n/);
  expect(tests.status).toBe(0);

  const args = ['--plugin-dir', out, '--plugins', 'top_share,gaps'];
  const summary = await run(join(root, 'examples/sales.csv'), join(out, 'app'), args);
  const { findings } = readJson<Report>(join(summary.run_dir, 'report.json'));
  expect(findings.map(({ kind }) => kind).sort()).toEqual([
    'concentration',
    'concentration',
    'concentration',
    'missing_values',
  ]);
});

test('"plugins new" takes no name that is taken or can be none, and writes over nothing', async () => {
  const out = temporaryFolder();
  writeFileSync(join(out, 'package.json'), '{"mine": true}');
  for (const name of ['profile_basic', '../a', 'con', 'my_model']) {
    const refused = await command(['plugins', 'new', name, '--out', out]);
    expect({ name, code: refused.code, err: refused.err }).toMatchObject({
      code: 2,
      err: expect.stringContaining(`A new plugin can not be called "${name}"`),
    });
  }
  expect(filesBelow(out)).toEqual(['package.json']);
  expect((await command(['plugins', 'new', 'mine', '--out', out])).code).toBe(0);
  writeFileSync(join(out, 'mine/plugin.ts'), 'my work');
  const again = await command(['plugins', 'new', 'mine', '--out', out]);
  expect(again.code).toBe(2);
  expect(again.err).toContain('is there already');
  expect(readFileSync(join(out, 'mine/plugin.ts'), 'utf8')).toBe('my work');
  expect(readFileSync(join(out, 'package.json'), 'utf8')).toBe('{"mine": true}');
});
