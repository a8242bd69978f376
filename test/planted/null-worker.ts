// Analyses null tables of some seeds and prints, for each, the titles of its tested findings as a line of JSON.
import { nullTable } from '../../src/synth/index.ts';
import { analyse, testedFindings } from './analyse.ts';

const [rows = '', ...seeds] = process.argv.slice(2);
for (const seed of seeds) {
  const { findings, ledger } = await analyse(nullTable(seed, Number(rows)), seed);
  const found = testedFindings(findings).map(
    ({ plugin_id, kind, title }) => `${plugin_id} ${kind}: ${title}`,
  );
  console.log(JSON.stringify({ seed, tested: ledger.length, found }));
}
