import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report, RunManifest } from '../../src/contract/index.ts';
import { nullTable } from '../../src/synth/index.ts';
import { readJson, root, run } from '../run/command.ts';
import { analyse, csvOf, testedFindings } from './analyse.ts';
import { analyseNullTables, NULL_ROWS } from './null-tables.ts';

// Tables without structure, seeds 1 to 40, chosen by nobody: with one ledger at 5 % about 2 of them have a tested finding,
// and more than 6 would happen to a sound ledger about once in a hundred tries. `npm run bench -- null-tables` goes on to
// seed 200, where at most 17 may have one.

const THROUGH_COMMAND_LINE = 10;
const TABLES = 40;
const MOST_WITH_A_FINDING = 6;

const appdata = join(root, 'node_modules', '.cache', `null-${process.pid}`);
beforeAll(() => void mkdirSync(appdata, { recursive: true }));
afterAll(() => rmSync(appdata, { recursive: true, force: true, maxRetries: 5 }));

async function throughCommandLine(seed: number): Promise<{ report: Report; runSeed: string }> {
  const file = join(appdata, `null-${seed}.csv`);
  writeFileSync(file, csvOf(nullTable(String(seed), NULL_ROWS.table)));
  const summary = await run(file, appdata, ['--kind', 'synthetic']);
  expect(summary.status).toBe('COMPLETED');
  const { determinism } = readJson<RunManifest>(summary.manifest_path);
  return { report: readJson<Report>(join(summary.run_dir, 'report.json')), runSeed: determinism.run_seed };
}

test(`of ${TABLES} null tables at most ${MOST_WITH_A_FINDING} have any tested finding`, async () => {
  const seeds = Array.from({ length: TABLES }, (_, i) => i + 1);
  const tables = await analyseNullTables(seeds.slice(THROUGH_COMMAND_LINE).map(String));
  for (const seed of seeds.slice(0, THROUGH_COMMAND_LINE)) {
    const { report } = await throughCommandLine(seed);
    const found = testedFindings(report.findings).map(
      ({ plugin_id, kind, title }) => `${plugin_id} ${kind}: ${title}`,
    );
    const small = report.ledger.entries.filter(({ p_value }) => p_value <= 0.05).length;
    tables.push({ seed: String(seed), tested: report.ledger.tested, small, found });
  }
  expect(tables).toHaveLength(TABLES);
  expect(Math.min(...tables.map(({ tested }) => tested))).toBeGreaterThan(100);
  const withFinding = tables.filter(({ found }) => found.length > 0);
  expect(withFinding.length, JSON.stringify(withFinding, null, 2)).toBeLessThanOrEqual(MOST_WITH_A_FINDING);
}, 600_000);

test('the command line and the process of the test enter the same hypotheses with the same p-values', async () => {
  const { report, runSeed } = await throughCommandLine(1);
  const inProcess = await analyse(nullTable('1', NULL_ROWS.table), runSeed);
  expect(inProcess.ledger.length).toBeGreaterThan(0);
  expect(inProcess.ledger).toEqual(report.ledger.entries);
});
