import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PluginManifest } from '../../src/contract/index.ts';
import { nullLogTable, type SyntheticTable } from '../../src/synth/index.ts';
import { readJson, root } from '../run/command.ts';
import { analyse, testedFindings } from './analyse.ts';
import { NULL_ROWS } from './null-tables.ts';
import { nullWorldTable } from './null-worlds.ts';

// Process logs without structure, through the plugins that only process logs have, under the ledger of these: one in twenty may
// have a tested finding. `npm run bench -- null-tables --what log --seeds 40` takes all plugins: at most 6 of 40.

const SEEDS = ['1', '2', '3', '4', '5', '6'];
const MOST_WITH_A_FINDING = 1;

/** What needs roles of a log. */
const LOG_PLUGINS = readdirSync(join(root, 'plugins')).filter(
  (id) => readJson<PluginManifest>(join(root, 'plugins', id, 'plugin.json')).needs.roles.length > 0,
);

async function lookAt(table: SyntheticTable, seed: string) {
  const { findings, ledger } = await analyse(table, seed, LOG_PLUGINS);
  const found = testedFindings(findings).map(({ plugin_id, title }) => `${seed}: ${plugin_id}: ${title}`);
  return { found, tested: ledger.length };
}

test(`of ${SEEDS.length} null logs at most ${MOST_WITH_A_FINDING} has any tested finding`, async () => {
  const logs = [];
  for (const seed of SEEDS) logs.push(await lookAt(nullLogTable({ seed, rows: NULL_ROWS.log }), seed));
  expect(Math.min(...logs.map(({ tested }) => tested))).toBeGreaterThan(10);
  const withFinding = logs.filter(({ found }) => found.length > 0);
  expect(withFinding.length, JSON.stringify(withFinding)).toBeLessThanOrEqual(MOST_WITH_A_FINDING);
}, 300_000);

test('where runs wait, but nothing but the day has to do with it, at most one of three logs has any tested finding', async () => {
  const logs = [];
  for (const [world, seed] of [
    ['incidents', '2'],
    ['sessions', '3'],
    ['close', '4'],
  ] as const) {
    const table = nullWorldTable(world, seed, NULL_ROWS.world);
    expect(overAMinute(table), world).toBeGreaterThan(0.1 * NULL_ROWS.world);
    logs.push({ world, ...(await lookAt(table, seed)) });
  }
  const withFinding = logs.filter(({ found }) => found.length > 0);
  expect(withFinding.length, JSON.stringify(withFinding)).toBeLessThanOrEqual(1);
}, 600_000);

/** Runs that start more than a minute after they are eligible. */
function overAMinute({ columns, rows }: SyntheticTable): number {
  const [eligible, started] = ['ELIGIBLE_DT', 'START_DT'].map((name) =>
    columns.findIndex((column) => column.name === name),
  );
  const at = (row: SyntheticTable['rows'][number], column = 0) => Date.parse(`${row[column]}Z`);
  return rows.filter((row) => at(row, started) - at(row, eligible) > 60_000).length;
}
