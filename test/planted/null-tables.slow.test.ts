import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report, RunManifest } from '../../src/contract/index.ts';
import { nullTable } from '../../src/synth/index.ts';
import { readJson, run, temporaryFolder } from '../run/command.ts';
import { analyse, csvOf, testedFindings } from './analyse.ts';
import { analyseNullTables, NULL_ROWS } from './null-tables.ts';

// Tables without structure, seeds 1 to 40, chosen by nobody: with one ledger at 5 % about 2 of them have a tested finding,
// and more than 6 would happen to a sound ledger about once in a hundred tries. `npm run bench -- null-tables` goes on to
// seed 200, where at most 17 may have one.

const SEEDS = Array.from({ length: 40 }, (_, i) => String(i + 1));
const MOST_WITH_A_FINDING = 6;

test(`of ${SEEDS.length} null tables at most ${MOST_WITH_A_FINDING} have any tested finding`, async () => {
  const tables = await analyseNullTables(SEEDS);
  expect(tables.map(({ seed }) => seed).sort()).toEqual([...SEEDS].sort());
  expect(Math.min(...tables.map(({ tested }) => tested))).toBeGreaterThan(100);
  const withFinding = tables.filter(({ found }) => found.length > 0);
  expect(withFinding.length, JSON.stringify(withFinding, null, 2)).toBeLessThanOrEqual(MOST_WITH_A_FINDING);
}, 600_000);

test('the command line and the process of the test enter the same hypotheses with the same p-values', async () => {
  const folder = temporaryFolder();
  const table = nullTable('1', NULL_ROWS.table);
  const file = join(folder, 'null.csv');
  writeFileSync(file, csvOf(table));
  const summary = await run(file, join(folder, 'appdata'), ['--kind', 'synthetic']);
  const { ledger, findings } = readJson<Report>(join(summary.run_dir, 'report.json'));
  const { determinism } = readJson<RunManifest>(summary.manifest_path);
  const inProcess = await analyse(table, determinism.run_seed);
  expect(inProcess.ledger.length).toBeGreaterThan(0);
  expect(inProcess.ledger).toEqual(ledger.entries);
  const titlesOf = (all: Report['findings']) =>
    testedFindings(all)
      .map(({ plugin_id, kind, title }) => `${plugin_id} ${kind}: ${title}`)
      .sort();
  expect(titlesOf(inProcess.findings)).toEqual(titlesOf(findings));
});
