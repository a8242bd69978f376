import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PluginManifest } from '../../src/contract/index.ts';
import { nullLogTable } from '../../src/synth/index.ts';
import { readJson, root } from '../run/command.ts';
import { analyse, testedFindings } from './analyse.ts';
import { NULL_ROWS } from './null-tables.ts';

// Process logs without structure, through the plugins that only process logs have, under the ledger of these: one in twenty may
// have a tested finding. `npm run bench -- null-tables --what log --seeds 40` takes all plugins: at most 6 of 40.

const SEEDS = ['1', '2', '3', '4', '5', '6'];
const MOST_WITH_A_FINDING = 1;

/** What needs roles of a log. */
const LOG_PLUGINS = readdirSync(join(root, 'plugins')).filter(
  (id) => readJson<PluginManifest>(join(root, 'plugins', id, 'plugin.json')).needs.roles.length > 0,
);

test(`of ${SEEDS.length} null logs at most ${MOST_WITH_A_FINDING} has any tested finding`, async () => {
  const logs = [];
  for (const seed of SEEDS) {
    const { findings, ledger } = await analyse(
      nullLogTable({ seed, rows: NULL_ROWS.log }),
      seed,
      LOG_PLUGINS,
    );
    const found = testedFindings(findings).map(({ plugin_id, title }) => `${seed}: ${plugin_id}: ${title}`);
    logs.push({ found, tested: ledger.length });
  }
  expect(Math.min(...logs.map(({ tested }) => tested))).toBeGreaterThan(10);
  const withFinding = logs.filter(({ found }) => found.length > 0);
  expect(withFinding.length, JSON.stringify(withFinding)).toBeLessThanOrEqual(MOST_WITH_A_FINDING);
}, 300_000);
