import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/contract/index.ts';
import { readJson, root, run, temporaryFolder } from '../run/command.ts';

const guide = readFileSync(join(root, 'docs/guides/write-a-plugin.md'), 'utf8');
/** The n-th block of code in a language. */
const block = (language: string, n = 0) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\r?\\n([^]*?)\`\`\``, 'g'))][n]?.[1] ?? '';

test('the plugin in docs/guides/write-a-plugin.md works as it is printed', async () => {
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

test('the plugin that tests works as it is printed', async () => {
  const folder = temporaryFolder();
  const home = join(folder, 'my-plugins', 'halves');
  mkdirSync(home, { recursive: true });
  const manifest = JSON.parse(block('json')) as Record<string, unknown>;
  const capabilities_required = ['dataset.read', 'artifacts.write'];
  writeFileSync(
    join(home, 'plugin.json'),
    JSON.stringify({ ...manifest, id: 'halves', capabilities_required, finding_kinds: ['presence_by_half'] }),
  );
  writeFileSync(join(home, 'plugin.ts'), block('ts', 1));
  const table = join(folder, 'halves.csv');
  const rows = Array.from({ length: 400 }, (_, i) => `${dayOf(i)},${i < 200 || i % 3 === 0 ? i * 1.25 : ''}`);
  writeFileSync(table, `${['day,amount', ...rows].join('\n')}\n`);
  const args = [
    '--plugin-dir',
    join(folder, 'my-plugins'),
    '--plugins',
    'halves',
    '--roles',
    'timestamp=day',
  ];
  const summary = await run(table, folder, [...args, '--roles', 'measure=amount']);
  const report = readJson<Report>(join(summary.run_dir, 'report.json'));
  expect(report.ledger.families).toEqual([
    { plugin_id: 'halves', family: 'presence by half', tested: 1, dependent: false, factor: 1 },
  ]);
  expect(report.ledger.entries[0]).toMatchObject({ outcome: 'kept', n: 400 });
  expect(report.findings[0]?.estimate?.value).toBeCloseTo(-66.5, 6);
});

/** Days from 2025 on, one row each. */
function dayOf(i: number): string {
  return new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);
}
