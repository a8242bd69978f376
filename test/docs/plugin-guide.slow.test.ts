import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import { readJson, root, run, temporaryFolder } from '../run/command.ts';

test('the plugin in docs/guides/write-a-plugin.md works as it is printed', async () => {
  const guide = readFileSync(join(root, 'docs/guides/write-a-plugin.md'), 'utf8');
  const block = (language: string) =>
    new RegExp(`\`\`\`${language}\\r?\\n([^]*?)\`\`\``).exec(guide)?.[1] ?? '';
  const folder = temporaryFolder();
  const home = join(folder, 'my-plugins', 'presence');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'plugin.json'), block('json'));
  writeFileSync(join(home, 'plugin.ts'), block('ts'));
  const args = ['--plugin-dir', join(folder, 'my-plugins'), '--plugins', 'presence'];
  const summary = await run(join(root, 'examples', 'sales.csv'), folder, args);
  const [finding] = readJson<Report>(join(summary.run_dir, 'report.json')).findings;
  expect(finding?.title).toMatch(
    /^240\srows of 240\srows have a value in |^\d+ of 240\srows have a value in /,
  );
});
