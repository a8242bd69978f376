import { expect, test } from 'vitest';
import { type PlantSizes, plantedTable, processLogTable, TABLE_PLANTS } from '../../src/synth/index.ts';
import { withTable } from '../plugins/make-table.ts';
import { runInProcess } from '../plugins/run-in-process.ts';
import { bindingsOf } from '../plugins/synthetic-table.ts';

const ALL: PlantSizes = Object.fromEntries(TABLE_PLANTS.map(({ name }) => [name, true]));

test.each([
  ['table', () => plantedTable('1', 800, ALL)],
  ['process log', () => processLogTable({ seed: '1', rows: 800, plants: { too_few_servers: true } })],
])('a synthetic %s is a table that a plugin can be run on in process', async (_what, make) => {
  const table = make();
  const { result } = await withTable(table, (dataset) =>
    runInProcess('profile_basic', dataset, bindingsOf(table)),
  );
  const profiled = result.findings.flatMap(({ target }) => target['columns'] ?? []);
  for (const { name } of table.columns) expect(profiled).toContain(name);
});

test('the totals of the plugin of waits are those of the truth', async () => {
  const table = processLogTable({ seed: '2', rows: 3000, plants: { too_few_servers: true } });
  const { result } = await withTable(table, (dataset) =>
    runInProcess('analysis_queue_delay_decomposition', dataset, bindingsOf(table)),
  );
  const told = table.plants[0]?.counterfactuals?.[0]?.as_is;
  expect(result.findings.length).toBeGreaterThan(0);
  const values = JSON.stringify(result.findings);
  expect(Number(told?.['over_threshold_runs'])).toBeGreaterThan(100);
  expect(values).toContain(String(told?.['over_threshold_runs']));
});
