// Analyses null tables or logs of some seeds and prints, for each, the titles of its tested findings as a line of JSON.
import { nullLogTable, nullTable } from '../../src/synth/index.ts';
import { analyse, testedFindings } from './analyse.ts';
import { NULL_ROWS } from './null-tables.ts';

const [kind, ...seeds] = process.argv.slice(2);
for (const seed of seeds) {
  const table =
    kind === 'log' ? nullLogTable({ seed, rows: NULL_ROWS.log }) : nullTable(seed, NULL_ROWS.table);
  const { findings, ledger } = await analyse(table, seed);
  const found = testedFindings(findings).map(
    ({ plugin_id, kind, title }) => `${plugin_id} ${kind}: ${title}`,
  );
  const small = ledger.filter(({ p_value }) => p_value <= 0.05).length;
  console.log(JSON.stringify({ seed, tested: ledger.length, small, found }));
}
