import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report, RunSummary } from '../../src/contract/index.ts';
import { example, readJson, temporaryFolder, testPlugins } from './command.ts';
import { exampleRun } from './example-run.ts';
import { run } from './say.ts';

const PLANTED = ['--kind', 'synthetic', '--plugin-dir', testPlugins, '--plugins', 'tests_planted'];
const reportOf = (summary: RunSummary) => readJson<Report>(join(summary.run_dir, 'report.json'));

test('dependent tests and replication come through the sandbox into the report, in all its forms', async () => {
  const summary = await run(example, temporaryFolder(), PLANTED);
  const { ledger, findings } = reportOf(summary);
  const factor = 1 + 1 / 2 + 1 / 3;
  expect(ledger.families).toEqual([
    { plugin_id: 'tests_planted', family: 'planted', tested: 3, dependent: true, factor },
  ]);
  expect(ledger.entries.map(({ label, outcome }) => [label, outcome])).toEqual([
    ['t1', 'kept'],
    ['t2', 'kept'],
    ['t3', 'not_claimed'],
  ]);
  expect(ledger.entries[0]?.q_value).toBeCloseTo(0.004 * factor * 3, 14);
  expect(ledger.entries[1]?.q_value).toBeCloseTo((0.012 * factor * 3) / 2, 14);
  expect(findings[0]?.replication).toEqual({
    by: 'alternate_rows',
    holds: 'first',
    first: { value: 3, unit: 's' },
    second: { value: 5, unit: 's' },
  });
  expect(findings[0]?.score.parts.evidence).toBeCloseTo((1 - 0.004 * factor * 3) / 2, 14);
  for (const name of ['report.md', 'report.html']) {
    const text = readFileSync(join(summary.run_dir, name), 'utf8').replace(/<[^>]*>/g, ' ');
    expect(text).toMatch(/3 of them in the family “planted”; p-values multiplied by 1\.833/);
    expect(text).toMatch(/on two halves of alternating rows, it holds in the first alone: 3\ss and 5\ss\./);
    expect(text).toContain('Nearest misses');
  }
});

test('a family whose tests disagree on whether they depend on each other is invalid output', async () => {
  const args = [...PLANTED, '--set', 'tests_planted.disagree=true'];
  const summary = await run(example, temporaryFolder(), args, { code: 3 });
  expect(summary.missing_plugins).toEqual([
    {
      id: 'tests_planted',
      status: 'invalid_output',
      reason: expect.stringContaining('"planted" disagree on whether they depend on each other'),
    },
  ]);
});

test('each near miss is traced to its q-value by its label in the ledger', async () => {
  const summary = await exampleRun(join(temporaryFolder(), 'appdata'));
  const { ledger } = reportOf(summary);
  const keyOf = (plugin: string, label: string) => `${plugin} ${label}`;
  const entries = new Map(ledger.entries.map((entry) => [keyOf(entry.plugin_id, entry.label), entry]));
  expect(entries.size).toBe(ledger.tested);
  const traced = new Set<string>();
  for (const plugin of new Set(ledger.entries.map(({ plugin_id }) => plugin_id))) {
    const file = join(summary.run_dir, 'artifacts', plugin, 'near_misses.csv');
    traced.add(plugin);
    if (!existsSync(file)) {
      // one hypothesis is no screening
      const own = ledger.entries.filter(({ plugin_id }) => plugin_id === plugin);
      expect([plugin, own.length]).toEqual([plugin, 1]);
      continue;
    }
    const rows = rowsOf(readFileSync(file, 'utf8'));
    for (const { hypothesis, p_value, test: label = '' } of rows)
      expect(label === '', hypothesis).toBe(p_value === '');
    const byLabel = Map.groupBy(
      rows.filter(({ test: label = '' }) => label !== ''),
      ({ test: label = '' }) => label,
    );
    for (const [label, screened] of byLabel) {
      // of the largest of several things there is one entry, with the smallest of their p-values
      const entry = entries.get(keyOf(plugin, label));
      const smallest = Math.min(...screened.map(({ p_value }) => Number(p_value)));
      expect(entry?.q_value, `${plugin} ${label}`).toBeGreaterThanOrEqual(smallest);
      expect(entry?.p_value, `${plugin} ${label}`).toBe(smallest);
      for (const { n } of screened)
        expect(Number(n), `${plugin} ${label}`).toBeLessThanOrEqual(entry?.n ?? 0);
    }
  }
  expect([...traced].sort()).toEqual([...new Set(ledger.families.map((one) => one.plugin_id))].sort());
  const [first] = ledger.entries;
  const shown = `${first?.plugin_id} ${first?.label}`;
  for (const name of ['report.md', 'report.html'])
    expect(readFileSync(join(summary.run_dir, name), 'utf8')).toContain(shown);
});

/** Rows of a CSV file by the names of its columns. */
function rowsOf(text: string): Readonly<Record<string, string>>[] {
  const [head = [], ...lines] = text
    .trim()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) =>
        cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
      ),
    );
  return lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}
