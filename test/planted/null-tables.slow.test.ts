import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report, RunManifest } from '../../src/contract/index.ts';
import { nullTable } from '../../src/synth/index.ts';
import { readJson, root, run } from '../run/command.ts';
import { analyse, csvOf, testedFindings } from './analyse.ts';

// Tables without structure, seeds 1 to 200, chosen by nobody: with one ledger at 5 % about 10 of them have a tested
// finding, and more than 17 would happen to a sound ledger once in a hundred tries.

const ROWS = 1000;
const THROUGH_COMMAND_LINE = 10;
const TABLES = 200;
const MOST_WITH_A_FINDING = 17;

const appdata = join(root, 'node_modules', '.cache', `null-${process.pid}`);
beforeAll(() => void mkdirSync(appdata, { recursive: true }));
afterAll(() => rmSync(appdata, { recursive: true, force: true, maxRetries: 5 }));

const said = (seed: number, findings: Report['findings']) =>
  findings.map((finding) => `seed ${seed}: ${finding.plugin_id} ${finding.kind}: ${finding.title}`);

async function throughCommandLine(seed: number): Promise<{ report: Report; runSeed: string }> {
  const file = join(appdata, `null-${seed}.csv`);
  writeFileSync(file, csvOf(nullTable(String(seed), ROWS)));
  const summary = await run(file, appdata, ['--kind', 'synthetic']);
  expect(summary.status).toBe('COMPLETED');
  const { determinism } = readJson<RunManifest>(summary.manifest_path);
  return { report: readJson<Report>(join(summary.run_dir, 'report.json')), runSeed: determinism.run_seed };
}

test(`of ${TABLES} null tables at most ${MOST_WITH_A_FINDING} have any tested finding`, async () => {
  const found: string[][] = [];
  for (let seed = 1; seed <= TABLES; seed++) {
    const { findings } =
      seed <= THROUGH_COMMAND_LINE
        ? (await throughCommandLine(seed)).report
        : await analyse(nullTable(String(seed), ROWS), String(seed));
    const tested = testedFindings(findings);
    if (tested.length > 0) found.push(said(seed, tested));
  }
  expect(found.length, found.flat().join('\n')).toBeLessThanOrEqual(MOST_WITH_A_FINDING);
}, 600_000);

test('the command line and the process of the test enter the same hypotheses with the same p-values', async () => {
  const { report, runSeed } = await throughCommandLine(1);
  const inProcess = await analyse(nullTable('1', ROWS), runSeed);
  expect(inProcess.ledger.length).toBeGreaterThan(0);
  expect(inProcess.ledger).toEqual(report.ledger.entries);
});
