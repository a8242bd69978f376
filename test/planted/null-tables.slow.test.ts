import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report, RunManifest } from '../../src/contract/index.ts';
import { nullTable } from '../../src/synth/index.ts';
import { readJson, root, run } from '../run/command.ts';
import { analyse, csvOf, testedFindings } from './analyse.ts';

// Tables without structure, seeds 1 to 200, chosen by nobody: with one ledger at 5 % about 10 of them have a tested
// finding, and more than 17 would happen to a sound ledger once in a hundred tries.

const ROWS = 600;
const THROUGH_COMMAND_LINE = 10;
const TABLES = 200;
const MOST_WITH_A_FINDING = 17;

const appdata = join(root, 'node_modules', '.cache', `null-${process.pid}`);
beforeAll(() => void mkdirSync(appdata, { recursive: true }));
afterAll(() => rmSync(appdata, { recursive: true, force: true, maxRetries: 5 }));

interface NullTable {
  readonly seed: string;
  readonly tested: number;
  /** Its tested findings, by title. */
  readonly found: readonly string[];
}

/** Null tables in processes beside this one, as many as there are processors: they take a while. */
async function inProcesses(seeds: readonly string[]): Promise<NullTable[]> {
  const workers = availableParallelism();
  const shares = Array.from({ length: workers }, (_, i) => seeds.filter((_, j) => j % workers === i));
  return (await Promise.all(shares.map(inProcess))).flat();
}

async function inProcess(seeds: readonly string[]): Promise<NullTable[]> {
  const worker = fileURLToPath(new URL('./null-worker.ts', import.meta.url));
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [worker, String(ROWS), ...seeds], { maxBuffer: 1 << 26 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as NullTable);
}

async function throughCommandLine(seed: number): Promise<{ report: Report; runSeed: string }> {
  const file = join(appdata, `null-${seed}.csv`);
  writeFileSync(file, csvOf(nullTable(String(seed), ROWS)));
  const summary = await run(file, appdata, ['--kind', 'synthetic']);
  expect(summary.status).toBe('COMPLETED');
  const { determinism } = readJson<RunManifest>(summary.manifest_path);
  return { report: readJson<Report>(join(summary.run_dir, 'report.json')), runSeed: determinism.run_seed };
}

test(`of ${TABLES} null tables at most ${MOST_WITH_A_FINDING} have any tested finding`, async () => {
  const seeds = Array.from({ length: TABLES }, (_, i) => i + 1);
  const tables = await inProcesses(seeds.slice(THROUGH_COMMAND_LINE).map(String));
  for (const seed of seeds.slice(0, THROUGH_COMMAND_LINE)) {
    const { report } = await throughCommandLine(seed);
    const found = testedFindings(report.findings).map(
      ({ plugin_id, kind, title }) => `${plugin_id} ${kind}: ${title}`,
    );
    tables.push({ seed: String(seed), tested: report.ledger.tested, found });
  }
  expect(tables).toHaveLength(TABLES);
  expect(Math.min(...tables.map(({ tested }) => tested))).toBeGreaterThan(100);
  const withFinding = tables.filter(({ found }) => found.length > 0);
  expect(withFinding.length, JSON.stringify(withFinding, null, 2)).toBeLessThanOrEqual(MOST_WITH_A_FINDING);
}, 1_200_000);

test('the command line and the process of the test enter the same hypotheses with the same p-values', async () => {
  const { report, runSeed } = await throughCommandLine(1);
  const inProcess = await analyse(nullTable('1', ROWS), runSeed);
  expect(inProcess.ledger.length).toBeGreaterThan(0);
  expect(inProcess.ledger).toEqual(report.ledger.entries);
});
