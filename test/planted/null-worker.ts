// Analyses null tables or logs of some seeds and prints, for each, the titles of its tested findings as a line of JSON.
import { analyse, testedFindings } from './analyse.ts';
import { NULL_KINDS } from './null-tables.ts';

const [kind = '', ...seeds] = process.argv.slice(2);
for (const seed of seeds) {
  const table = NULL_KINDS.get(kind)?.(seed);
  if (table === undefined) throw new Error(`no null table is called ${kind}`);
  const { findings, ledger } = await analyse(table, seed);
  const found = testedFindings(findings).map(
    ({ plugin_id, kind, title }) => `${plugin_id} ${kind}: ${title}`,
  );
  const small = ledger.filter(({ p_value }) => p_value <= 0.05).length;
  console.log(JSON.stringify({ seed, tested: ledger.length, small, found }));
}
